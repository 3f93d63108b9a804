import type { DeviceEventRow } from '../adapters/device-event.table.ts';
import { localWithOffset } from '../domain/local-time.ts';
import type { DeviceEvent, DeviceEventType } from './generated/schema.ts';

export type DeviceEventView = Omit<DeviceEvent, 'meter' | 'usagePoint'> & {
  meter: { serialNumber: string };
  usagePoint: { id: string } | null;
};

export function deviceEventView(row: DeviceEventRow): DeviceEventView {
  return {
    id: row.event_id,
    type: row.type.toUpperCase().replaceAll('-', '_') as DeviceEventType,
    code: row.code,
    name: row.name || null,
    occurredAt: row.occurred_at && localWithOffset(row.occurred_at.getTime(), row.time_zone ?? 'UTC'),
    receivedAt: row.received_at,
    meter: { serialNumber: row.serial_number },
    usagePoint: row.usage_point_id === null ? null : { id: row.usage_point_id },
    source: row.source,
  };
}

/** `POWER_DOWN` → `power-down`, as events have it. */
export const kindOf = (type: DeviceEventType | null | undefined) => type?.toLowerCase().replaceAll('_', '-');
