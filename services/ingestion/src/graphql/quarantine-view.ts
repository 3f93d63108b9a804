import type { QuarantinedRow } from '../adapters/quarantine.table.ts';
import type { WaysIn } from '../ways-in.ts';
import type { QuarantinedFrame } from './generated/schema.ts';

export function quarantineView(row: QuarantinedRow, waysIn: WaysIn): QuarantinedFrame {
  const isText = waysIn.get(row.source)?.isText;
  return {
    id: row.id,
    receivedAt: row.received_at,
    source: row.source,
    code: row.code,
    message: row.message,
    device: row.device,
    payload: row.payload.toString(isText ? 'utf8' : 'hex'),
    context: Object.entries(row.context).map(([name, value]) => ({ name, value })),
    attempts: row.attempts,
    status: row.status,
  };
}
