import pg from 'pg';
import type { ValidatedDay } from '../domain/billing-cycle/validated-day.ts';
import { copiedRows } from './copied-rows.ts';
import { unpackDays } from './packed-day.ts';

export interface WantedDays {
  readonly usagePointId: string;
  readonly readingTypes: readonly string[];
  /** Local dates, half-open. */
  readonly start: string;
  readonly end: string;
}

export type DaysByReadingType = ReadonlyMap<string, readonly ValidatedDay[]>;

/** The validated days of many usage points and periods in one query, in the order in which they are wanted. */
export async function validatedDaysOf(
  pool: pg.Pool,
  wanted: readonly WantedDays[],
): Promise<DaysByReadingType[]> {
  return (await packedDaysOf(pool, wanted)).map(unpackedByReadingType);
}

/** Days as they lie in the database, by reading type: for whoever wants to unpack those of one bill after the other. */
export type PackedDays = ReadonlyMap<string, Buffer>;

export const unpackedByReadingType = (packed: PackedDays): DaysByReadingType =>
  new Map(Array.from(packed, ([readingType, days]) => [readingType, unpackDays(days)]));

export async function packedDaysOf(pool: pg.Pool, wanted: readonly WantedDays[]): Promise<PackedDays[]> {
  const found = wanted.map(() => new Map<string, Buffer>());
  if (wanted.length === 0) return found;
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    for (const [place, readingType, packed] of await copiedRows(client, selectDays(wanted)))
      found[place!.readInt32BE(0)]!.set(readingType!.toString(), packed!);
    return found;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function selectDays(wanted: readonly WantedDays[]): string {
  const rows = wanted.map(({ usagePointId, readingTypes, start, end }, place) => ({
    place,
    usage_point_id: usagePointId,
    reading_types: readingTypes,
    first: start,
    past: end,
  }));
  return `
    SELECT wanted.place, days.reading_type, days.packed
    FROM json_to_recordset(${pg.escapeLiteral(JSON.stringify(rows))})
      AS wanted (place integer, usage_point_id text, reading_types text[], first date, past date)
    CROSS JOIN LATERAL (
      SELECT reading_type, string_agg(day, '' ORDER BY local_date) AS packed
      FROM validated_day
      WHERE usage_point_id = wanted.usage_point_id AND reading_type = ANY (wanted.reading_types)
        AND local_date >= wanted.first AND local_date < wanted.past
      GROUP BY reading_type
    ) AS days`;
}
