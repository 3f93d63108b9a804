import { toHex } from '@metermesh/protocols';
import type { DownlinkRow } from '../adapters/downlink.table.ts';
import type { Downlink, DownlinkStatus } from './generated/schema.ts';

export const downlinkView = (
  row: DownlinkRow,
): Omit<Downlink, 'meter'> & { meter: { serialNumber: string } } => ({
  id: row.id,
  meter: { serialNumber: row.serial_number },
  fPort: row.port,
  payload: toHex(row.payload),
  command: row.command && JSON.stringify(row.command),
  confirmed: row.confirmed,
  requestedBy: row.requested_by,
  reason: row.reason,
  requestedAt: row.requested_at,
  status: row.status as DownlinkStatus,
  statusAt: row.status_at,
  explanation: row.explanation,
});
