import { create, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  decodeEvent,
  LoadProfileRecordedSchema,
  LoadProfileValidatedSchema,
  RegisterReadSchema,
  type LoadProfileRecorded,
  type RegisterRead,
} from '@metermesh/contracts';
import {
  PostgresEventStore,
  renderStreamName,
  streamName,
  type Append,
  type EventStore,
  type RecordedEvent,
} from '@metermesh/event-store';
import { sameValues, type ProfileDay } from '@metermesh/metering';
import { newEvent, type Projection } from '@metermesh/service-kit';
import { derivedId } from '../domain/event-id.ts';
import { dayParts, keyText, mergeParts, type DayKey, type Place } from '../projections/load-profile-days.ts';
import { deriveDays, keepRegisters, reportedDays } from './derived-days.ts';
import { readDays, writeDays, type StoredDay } from './load-profile.table.ts';
import type { Queryable } from './queryable.ts';
import { METER_READINGS } from './reading-log.ts';

const LOAD_PROFILE = 'load-profile';

/**
 * Recorded readings → validated days of channels: interval values as meters reported them and, where none did, what follows
 * from registers. What changed is written to the table and, in the same transaction where
 * the store allows it, recorded as LoadProfileValidated, on which billing and others rest.
 */
export function loadProfileProjection(store: EventStore): Projection {
  return {
    name: 'load-profile-day',
    categories: [METER_READINGS],
    async apply(client, events) {
      const changed = await mergeRecorded(client, events);
      if (changed.length === 0) return;
      const appends = validated(changed, events.at(-1)!);
      if (store instanceof PostgresEventStore) await store.appendWith(client, ...appends);
      else await store.append(...appends);
    },
  };
}

/** Merges a batch into the table; answers the days whose values or qualities changed. */
export async function mergeRecorded(
  client: Queryable,
  events: readonly RecordedEvent[],
): Promise<StoredDay[]> {
  const profiles = ofType<LoadProfileRecorded>(events, LoadProfileRecordedSchema.typeName);
  const reads = ofType<RegisterRead>(events, RegisterReadSchema.typeName);
  if (profiles.length + reads.length === 0) return [];
  const placeOf = await readPlaces(
    client,
    [...profiles, ...reads].map(({ event }) => event),
  );
  const parts = profiles.flatMap(({ id, event }) => dayParts(id, event, placeOf(event)));
  const touched = await keepRegisters(client, reads, (usagePointId) => placeOf({ usagePointId }).timeZone);
  const keys = new Map([...parts, ...touched.values()].map(({ key }) => [keyText(key), key]));
  const standing = await readDays(client, [...keys.values()]);
  const reported = mergeParts(reportedDays(standing), parts);
  const merged = await deriveDays(client, keys, standing, reported, touched);
  return write(client, keys, standing, merged);
}

/** Writes the days that are not as they stand; answers those of them whose values or qualities changed. */
async function write(
  client: Queryable,
  keys: ReadonlyMap<string, DayKey>,
  standing: ReadonlyMap<string, StoredDay>,
  merged: ReadonlyMap<string, ProfileDay>,
): Promise<StoredDay[]> {
  const written: StoredDay[] = [];
  const changed: StoredDay[] = [];
  for (const [name, day] of merged) {
    const before = standing.get(name);
    const isSame = before !== undefined && sameValues(before.day, day);
    const after = { key: keys.get(name)!, day, version: (before?.version ?? 0) + (isSame ? 0 : 1) };
    written.push(after);
    if (!isSame) changed.push(after);
  }
  await writeDays(client, written);
  return changed;
}

const ofType = <Event extends Message>(events: readonly RecordedEvent[], typeName: string) =>
  events
    .filter(({ type }) => type === typeName)
    .map((event) => ({ id: event.id, event: decodeEvent<Event>(event) }));

type Placed = Pick<LoadProfileRecorded | RegisterRead, 'usagePointId' | 'serialNumber'>;

async function readPlaces(
  client: Queryable,
  events: readonly Placed[],
): Promise<(event: { usagePointId: string; serialNumber?: string }) => Place> {
  const zones = await client.query<{ id: string; zone: string }>(
    'SELECT usage_point_id AS id, time_zone AS zone FROM usage_point WHERE usage_point_id = ANY ($1)',
    [[...new Set(events.map(({ usagePointId }) => usagePointId))]],
  );
  const meters = await client.query<{ serial: string; multiplier: string }>(
    'SELECT serial_number AS serial, multiplier FROM meter WHERE serial_number = ANY ($1)',
    [[...new Set(events.map(({ serialNumber }) => serialNumber))]],
  );
  const zoneOf = new Map(zones.rows.map(({ id, zone }) => [id, zone]));
  const multiplierOf = new Map(meters.rows.map(({ serial, multiplier }) => [serial, Number(multiplier)]));
  return ({ usagePointId, serialNumber = '' }) => {
    const timeZone = zoneOf.get(usagePointId);
    // Readings are recorded only at usage points whose zone is known.
    if (!timeZone) throw new Error(`The time zone of usage point ${usagePointId} is not known`);
    return { timeZone, multiplier: multiplierOf.get(serialNumber) ?? 1 };
  };
}

function validated(days: readonly StoredDay[], last: RecordedEvent): Append[] {
  const appends = new Map<string, Append & { events: ReturnType<typeof newEvent>[] }>();
  for (const { key, day, version } of days) {
    const event = create(LoadProfileValidatedSchema, {
      usagePointId: key.usagePointId,
      localDate: key.localDate,
      timeZone: day.day.timeZone,
      day: {
        readingType: key.readingType,
        start: timestampFromMs(day.day.start),
        intervalSeconds: day.intervalSeconds,
        values: [...day.values],
        qualities: day.qualities,
      },
      version: BigInt(version),
      sourceEventIds: [...day.sources.map(({ id }) => id), ...day.derivedFrom],
    });
    const stream = streamName(LOAD_PROFILE, `${key.usagePointId}-${key.localDate.slice(0, 7)}`);
    const name = renderStreamName(stream);
    const append = appends.get(name) ?? { stream, expected: 'any', events: [] };
    const id = derivedId(LOAD_PROFILE, keyText(key), String(version), last.position);
    append.events.push(
      newEvent(
        event,
        { actor: 'ingestion', causationId: last.id, correlationId: last.metadata.correlationId },
        id,
      ),
    );
    appends.set(name, append);
  }
  return [...appends.values()];
}
