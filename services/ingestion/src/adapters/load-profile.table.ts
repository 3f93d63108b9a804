import { Quality, type ProfileDay } from '@metermesh/metering';
import type { SlotsOfDay } from '../projections/load-profile-answer.ts';
import { keyText, type DayKey } from '../projections/load-profile-days.ts';
import type { Queryable } from './queryable.ts';

/** A day as it lies in the table. */
export interface StoredDay {
  readonly key: DayKey;
  readonly version: number;
  readonly day: ProfileDay;
}

interface DayRow {
  usage_point_id: string;
  reading_type: string;
  local_date: string;
  time_zone: string;
  day_start: string;
  interval_seconds: number;
  slot_values: Uint8Array;
  qualities: Uint8Array;
  version: string;
  source_event_ids: string;
  source_received_at: string;
  slot_sources: Uint8Array;
  derived_from: string;
}

/**
 * Numbers that may pass 2^31 come as text: drivers differ in what they make of `bigint`. Arrays come as octets or as one
 * text: element by element drivers spend more on a day than all the rest of its merge costs.
 */
const COLUMNS = `
  usage_point_id, reading_type, local_date::text, time_zone, (extract(epoch FROM day_start) * 1000)::bigint::text AS day_start,
  interval_seconds, array_send("values") AS slot_values, qualities, version::text,
  array_to_string(source_event_ids, ',') AS source_event_ids, array_to_string(source_received_at, ',') AS source_received_at,
  array_send(slot_sources::integer[]) AS slot_sources, array_to_string(derived_from, ',') AS derived_from`;

/** The days of the keys that are in the table, by {@link keyText}. */
export async function readDays(client: Queryable, keys: readonly DayKey[]): Promise<Map<string, StoredDay>> {
  const { rows } = await client.query<DayRow>(
    `SELECT ${COLUMNS} FROM load_profile_day
     JOIN unnest($1::text[], $2::text[], $3::text[]) AS wanted (up, type, date)
       ON usage_point_id = up AND reading_type = type AND local_date = date::date`,
    [
      keys.map((key) => key.usagePointId),
      keys.map((key) => key.readingType),
      keys.map((key) => key.localDate),
    ],
  );
  return new Map(rows.map((row) => [keyText(keyOf(row)), storedDay(row)]));
}

/** A channel's values between two local dates, both included, in order: without who said them. */
export async function readSlots(
  client: Queryable,
  usagePointId: string,
  readingType: string,
  from: string,
  to: string,
): Promise<SlotsOfDay[]> {
  const { rows } = await client.query<
    Pick<DayRow, 'day_start' | 'interval_seconds' | 'slot_values' | 'qualities'>
  >(
    `SELECT (extract(epoch FROM day_start) * 1000)::bigint::text AS day_start, interval_seconds,
            array_send("values") AS slot_values, qualities
     FROM load_profile_day
     WHERE usage_point_id = $1 AND reading_type = $2 AND local_date BETWEEN $3::date AND $4::date ORDER BY local_date`,
    [usagePointId, readingType, from, to],
  );
  return rows.map((row) => ({
    start: Number(row.day_start),
    intervalSeconds: row.interval_seconds,
    values: integersOf(row.slot_values),
    qualities: row.qualities,
  }));
}

/** Reading types of which the usage point has values. */
export async function readChannels(client: Queryable, usagePointId: string): Promise<string[]> {
  const { rows } = await client.query<{ reading_type: string }>(
    'SELECT DISTINCT reading_type FROM load_profile_day WHERE usage_point_id = $1 ORDER BY 1',
    [usagePointId],
  );
  return rows.map((row) => row.reading_type);
}

/** Writes days, new or changed, in one statement. Arrays travel as text, for arrays of unequal arrays have no type. */
export async function writeDays(client: Queryable, days: readonly StoredDay[]): Promise<void> {
  if (days.length === 0) return;
  const column = <Value>(value: (day: StoredDay) => Value) => days.map(value);
  const months = [...new Set(days.map(({ key }) => `${key.localDate.slice(0, 7)}-01`))].sort();
  await client.query('SELECT ensure_load_profile_month(month::date) FROM unnest($1::text[]) AS month', [
    months,
  ]);
  await client.query(
    `INSERT INTO load_profile_day (usage_point_id, reading_type, local_date, time_zone, day_start, interval_seconds,
       "values", qualities, total, missing, version, source_event_ids, source_received_at, slot_sources, derived_from)
     SELECT up, type, date::date, zone, to_timestamp(start::float8 / 1000), seconds, v::integer[], decode(q, 'hex'),
       total::bigint, missing, version::bigint, ids::uuid[], received::bigint[], slots::smallint[], derived::uuid[]
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[],
       $9::text[], $10::integer[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
       AS day (up, type, date, zone, start, seconds, v, q, total, missing, version, ids, received, slots, derived)
     ON CONFLICT (usage_point_id, reading_type, local_date) DO UPDATE SET
       time_zone = EXCLUDED.time_zone, day_start = EXCLUDED.day_start, interval_seconds = EXCLUDED.interval_seconds,
       "values" = EXCLUDED."values", qualities = EXCLUDED.qualities, total = EXCLUDED.total, missing = EXCLUDED.missing,
       version = EXCLUDED.version, source_event_ids = EXCLUDED.source_event_ids,
       source_received_at = EXCLUDED.source_received_at, slot_sources = EXCLUDED.slot_sources,
       derived_from = EXCLUDED.derived_from`,
    [
      column(({ key }) => key.usagePointId),
      column(({ key }) => key.readingType),
      column(({ key }) => key.localDate),
      column(({ day }) => day.day.timeZone),
      column(({ day }) => String(day.day.start)),
      column(({ day }) => day.intervalSeconds),
      column(({ day }) => arrayText(day.values)),
      column(({ day }) => Buffer.from(day.qualities).toString('hex')),
      column(({ day }) => String(totalOf(day))),
      column(({ day }) =>
        day.qualities.reduce((count, quality) => count + (quality === Quality.Missing ? 1 : 0), 0),
      ),
      column(({ version }) => String(version)),
      column(({ day }) => arrayText(day.sources.map(({ id }) => id))),
      column(({ day }) => arrayText(day.sources.map(({ receivedAt }) => receivedAt))),
      column(({ day }) => arrayText(day.slotSources)),
      column(({ day }) => arrayText(day.derivedFrom)),
    ],
  );
}

/** Sum of the known values; slots not known are 0. */
export function totalOf({ values }: Pick<ProfileDay, 'values'>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Elements of an `integer[]` without nulls in its binary form (array_send): after 20 octets, each with its length before it. */
function integersOf(array: Uint8Array): Int32Array {
  const view = new DataView(array.buffer, array.byteOffset, array.length);
  const integers = new Int32Array(array.length < 20 ? 0 : (array.length - 20) / 8);
  for (let i = 0; i < integers.length; i++) integers[i] = view.getInt32(24 + 8 * i);
  return integers;
}

const listOf = (text: string): string[] => (text === '' ? [] : text.split(','));

const arrayText = (values: ArrayLike<number | string>) => `{${Array.prototype.join.call(values, ',')}}`;

const keyOf = (row: DayRow): DayKey => ({
  usagePointId: row.usage_point_id,
  readingType: row.reading_type,
  localDate: row.local_date,
});

function storedDay(row: DayRow): StoredDay {
  const start = Number(row.day_start);
  const values = integersOf(row.slot_values);
  const end = start + values.length * row.interval_seconds * 1000;
  const receivedAt = listOf(row.source_received_at);
  return {
    key: keyOf(row),
    version: Number(row.version),
    day: {
      day: { date: row.local_date, timeZone: row.time_zone, start, end },
      intervalSeconds: row.interval_seconds,
      values,
      qualities: Uint8Array.from(row.qualities),
      sources: listOf(row.source_event_ids).map((id, i) => ({ id, receivedAt: Number(receivedAt[i]) })),
      slotSources: Int16Array.from(integersOf(row.slot_sources)),
      derivedFrom: listOf(row.derived_from),
    },
  };
}
