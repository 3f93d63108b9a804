import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeEvent, type DeviceEventRecorded } from '@metermesh/contracts';
import type { Projection } from '@metermesh/service-kit';
import { METER_EVENTS } from './reading-log.ts';

/** What devices told of themselves, findable by id, by device and by place. */
export const deviceEventProjection: Projection = {
  name: 'device-event',
  categories: [METER_EVENTS],
  async apply(client, events) {
    const told = events.map((event) => ({ id: event.id, event: decodeEvent<DeviceEventRecorded>(event) }));
    const column = <Value>(value: (event: DeviceEventRecorded) => Value) =>
      told.map(({ event }) => value(event));
    await client.query(
      `INSERT INTO device_event (event_id, serial_number, usage_point_id, type, code, name, occurred_at, received_at, source)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
         $8::timestamptz[], $9::text[])
       ON CONFLICT DO NOTHING`,
      [
        told.map(({ id }) => id),
        column(({ serialNumber }) => serialNumber),
        column(({ usagePointId }) => usagePointId || null),
        column(({ type }) => type),
        column(({ code }) => code),
        column(({ name }) => name),
        column(({ occurredAt }) => (occurredAt ? timestampDate(occurredAt) : null)),
        column(({ receivedAt }) => timestampDate(receivedAt!)),
        column(({ source }) => source),
      ],
    );
  },
};
