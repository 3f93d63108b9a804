import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Submission } from '../submission.ts';
import type { KeptFrame, WayIn } from '../way-in.ts';
import { pushOfRow, readUploadRow, type UploadRow } from './upload-row.ts';

export const HTTP_JSON = 'http-json';
export const HTTP_CSV = 'http-csv';
/** MeterReadings of IEC 61968-9. */
export const HTTP_METER_READINGS = 'http-meter-readings';
/** Feeds of ESPI. */
export const HTTP_GREEN_BUTTON = 'http-green-button';

const sources = [HTTP_JSON, HTTP_CSV, HTTP_METER_READINGS, HTTP_GREEN_BUTTON] as const;
export type UploadSource = (typeof sources)[number];

export const uploadedRows: readonly WayIn[] = sources.map(wayInOfRows);

/** Quarantine keeps every row as JSON text, whatever it came as. */
function wayInOfRows(source: UploadSource): WayIn {
  const submissionsOf = ({ payload, receivedAt }: KeptFrame) => {
    const record = jsonOf(Buffer.from(payload).toString('utf8'));
    return [submissionOf(readUploadRow(record), record, source, receivedAt)];
  };
  return { source, isText: true, submissionsOf };
}

export function submissionOf(
  row: UploadRow | Refusal,
  record: unknown,
  source: UploadSource,
  receivedAt: number,
): Submission {
  return {
    source,
    receivedAt,
    payload: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
    isToldRepeats: true,
    sender: isRefusal(row) ? row : { serialNumbers: [row.serialNumber] },
    open: (meter) => (isRefusal(row) ? row : pushOfRow(row, meter)),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
