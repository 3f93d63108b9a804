import type { QuarantinedRow } from '../adapters/quarantine.table.ts';
import { HTTP_CSV, HTTP_JSON } from '../upload/row-submission.ts';
import type { QuarantinedFrame } from './generated/schema.ts';

export function quarantineView(row: QuarantinedRow): QuarantinedFrame {
  const isText = row.source === HTTP_CSV || row.source === HTTP_JSON;
  return {
    id: row.id,
    receivedAt: row.received_at,
    source: row.source,
    code: row.code,
    message: row.message,
    device: row.device,
    payload: row.payload.toString(isText ? 'utf8' : 'hex'),
    attempts: row.attempts,
    status: row.status,
  };
}
