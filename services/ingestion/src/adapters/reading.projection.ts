import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  decodeEvent,
  RegisterReadSchema,
  type LoadProfileRecorded,
  type RegisterRead,
} from '@metermesh/contracts';
import type { Projection } from '@metermesh/service-kit';
import { METER_READINGS } from './reading-log.ts';

/** Readings as they were recorded, findable by id and by usage point. */
export const readingProjection: Projection = {
  name: 'reading',
  categories: [METER_READINGS],
  async apply(client, events) {
    const readings = events.map((event) => ({
      event,
      reading: decodeEvent<LoadProfileRecorded | RegisterRead>(event),
    }));
    await client.query(
      `INSERT INTO reading (event_id, event_type, usage_point_id, received_at, read_at, data)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bytea[])
       ON CONFLICT DO NOTHING`,
      [
        readings.map(({ event }) => event.id),
        readings.map(({ event }) => event.type),
        readings.map(({ reading }) => reading.usagePointId),
        readings.map(({ reading }) => timestampDate(reading.receivedAt!)),
        readings.map(({ reading }) => readAtOf(reading)),
        readings.map(({ event }) => Buffer.from(event.data)),
      ],
    );
  },
};

function readAtOf(reading: LoadProfileRecorded | RegisterRead): Date | null {
  return reading.$typeName === RegisterReadSchema.typeName
    ? timestampDate((reading as RegisterRead).readAt!)
    : null;
}
