import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { Submission } from '../submission.ts';
import type { KeptFrame, WayIn } from '../way-in.ts';
import { pushOfRow, readUploadRow, type UploadRow } from './upload-row.ts';

export const HTTP_JSON = 'http-json';
export const HTTP_CSV = 'http-csv';
export type UploadSource = typeof HTTP_JSON | typeof HTTP_CSV;

export const jsonRow = wayInOfRows(HTTP_JSON);
export const csvRow = wayInOfRows(HTTP_CSV);

/** Quarantine keeps every row as JSON text, whatever it came as. */
function wayInOfRows(source: UploadSource): WayIn {
  const submissionsOf = ({ payload, receivedAt }: KeptFrame) => {
    const text = Buffer.from(payload).toString('utf8');
    return [submissionOf(readJsonRow(text), text, source, receivedAt)];
  };
  return { source, isText: true, submissionsOf };
}

export function submissionOf(
  row: UploadRow | Refusal,
  text: string,
  source: UploadSource,
  receivedAt: number,
): Submission {
  return {
    source,
    receivedAt,
    payload: Buffer.from(text),
    isToldRepeats: true,
    sender: isRefusal(row) ? row : { serialNumbers: [row.serialNumber] },
    open: (meter) => (isRefusal(row) ? row : pushOfRow(row, meter)),
  };
}

function readJsonRow(text: string): UploadRow | Refusal {
  try {
    return readUploadRow(JSON.parse(text));
  } catch {
    return refuse('UPLOAD_ROW_INVALID', 'The row is not JSON.');
  }
}
