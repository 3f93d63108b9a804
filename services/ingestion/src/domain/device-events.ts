import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { DeviceEventRecordedSchema } from '@metermesh/contracts';
import type { DeviceEventType } from '@metermesh/metering';
import type { DecodedEvent, DecodedPush } from '@metermesh/protocols';
import { installationAt, type KnownMeter } from './known-meter.ts';
import { monthOf, newRecord, type Arrival, type NewRecord } from './new-record.ts';

/** What happens at an instant; everything else lasts, and meters that keep no log tell it again in every frame. */
const MOMENTS: ReadonlySet<DeviceEventType> = new Set<DeviceEventType>([
  'power-down',
  'power-up',
  'last-gasp',
  'cover-opened',
  'cover-closed',
  'clock-set',
  'disconnected',
  'reconnected',
  'firmware-changed',
  'configuration-changed',
  'security-violation',
  'reset',
]);

/** Earliest and latest instants that a protobuf timestamp and the name of a stream can hold. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59Z');

/**
 * What a push tells of its device besides readings, one record each. The same event, told again, is the same record. An
 * event without a time of its own is told apart by the frame that it came in; a state without one (a battery is
 * low, a flow runs backwards) is one record a day in UTC, however often it is told.
 *
 * An event is never refused: a meter that is installed nowhere is at no usage point, and a wrong clock is kept as it was.
 */
export function deviceEventsOf(push: DecodedPush, meter: KnownMeter, arrival: Arrival): NewRecord[] {
  const records = push.events.map((event) => recordOf(event, push, meter, arrival));
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

function recordOf(
  event: DecodedEvent,
  { clockInvalid }: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): NewRecord {
  const occurredAt = instantOf(event);
  // Where a meter stood is known by our clock; by a clock that is invalid it is not.
  const happenedAt = occurredAt === undefined || clockInvalid ? arrival.receivedAt : occurredAt;
  const type = event.type ?? 'other';
  const content = {
    serialNumber: meter.serialNumber,
    occurredAt: occurredAt === undefined ? undefined : timestampFromMs(occurredAt),
    type,
    code: String(event.code),
    name: event.name ?? '',
  };
  return newRecord(
    DeviceEventRecordedSchema,
    content,
    monthOf(occurredAt ?? arrival.receivedAt),
    arrival,
    occurredAt === undefined ? occasion(type, arrival) : '',
    { usagePointId: installationAt(meter, happenedAt)?.usagePointId ?? '' },
  );
}

function occasion(type: DeviceEventType, { receivedAt, payload }: Arrival): string | Uint8Array {
  return MOMENTS.has(type) ? payload : new Date(receivedAt).toISOString().slice(0, 10);
}

function instantOf({ time }: DecodedEvent): number | undefined {
  const instant = time === undefined ? Number.NaN : Date.parse(time);
  return instant >= FIRST && instant <= LAST ? instant : undefined;
}
