import { nearness, type RegisterPoint } from '../domain/intervals-of-registers.ts';
import type { TimeSpan } from '../projections/load-profile-answer.ts';
import type { ChannelKey, ChannelRead } from '../projections/channel-reads.ts';
import type { Queryable } from './queryable.ts';

/** Boundaries of intervals are whole quarters of an hour from local midnight, in every time zone there is, or parts of them. */
const QUARTER_SECONDS = 900;

/** A channel, and instants between which its values may have changed. */
export interface Touched extends ChannelKey, TimeSpan {
  readonly isSample: boolean;
}

const columns = (reads: readonly ChannelKey[]) => [
  reads.map(({ usagePointId }) => usagePointId),
  reads.map(({ channel }) => channel),
];

/**
 * Keeps reads, and answers between which neighbours each of them stands by which values can change. Of two reads of a meter at the same instant the
 * one received later stays, of those received at once the one of the greater id.
 */
export async function keepReads(client: Queryable, reads: readonly ChannelRead[]): Promise<Touched[]> {
  const distinct = latestOfEach(reads);
  const meters = distinct.map(({ serialNumber }) => serialNumber);
  const instants = distinct.map(({ readAt }) => new Date(readAt));
  await client.query(
    `INSERT INTO register_read (usage_point_id, channel, serial_number, read_at, value, is_doubtful, event_id, received_at)
     SELECT up, channel, serial, at, value::bigint, doubtful, id::uuid, received
     FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::boolean[], $7::text[], $8::timestamptz[])
       AS read (up, channel, serial, at, value, doubtful, id, received)
     ON CONFLICT (usage_point_id, channel, serial_number, read_at) DO UPDATE SET
       value = EXCLUDED.value, is_doubtful = EXCLUDED.is_doubtful, event_id = EXCLUDED.event_id, received_at = EXCLUDED.received_at
     WHERE (EXCLUDED.received_at, EXCLUDED.event_id) > (register_read.received_at, register_read.event_id)`,
    [
      ...columns(distinct),
      meters,
      instants,
      distinct.map(({ value }) => String(value)),
      distinct.map(({ isDoubtful }) => isDoubtful),
      distinct.map(({ id }) => id),
      distinct.map(({ receivedAt }) => new Date(receivedAt)),
    ],
  );
  const { rows } = await client.query<{
    up: string;
    channel: string;
    at: Date;
    first: Date | null;
    last: Date | null;
  }>(
    `SELECT up, read.channel, at, before AS first, after AS last
     FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS read (up, channel, serial, at),
     LATERAL (SELECT max(read_at) AS before FROM register_read r
              WHERE r.usage_point_id = up AND r.channel = read.channel AND serial_number = serial AND read_at < at) AS b,
     LATERAL (SELECT min(read_at) AS after FROM register_read r
              WHERE r.usage_point_id = up AND r.channel = read.channel AND serial_number = serial AND read_at > at) AS a`,
    [...columns(distinct), meters, instants],
  );
  const readOf = new Map(distinct.map((read) => [`${read.usagePointId}\n${read.channel}`, read]));
  return rows.flatMap(({ up, channel, at, first, last }) => {
    const { isSample, intervalSeconds } = readOf.get(`${up}\n${channel}`)!;
    const touched = { usagePointId: up, channel, isSample };
    // A sample says nothing of other times than its own.
    if (isSample) return { ...touched, from: at.getTime(), to: at.getTime() };
    const span = { from: (first ?? at).getTime(), to: (last ?? at).getTime() };
    return reachesBoundary(span, first !== null, last !== null, intervalSeconds)
      ? { ...touched, ...span }
      : [];
  });
}

/**
 * Whether values of intervals can change by a read between its neighbours. Between two that lie in one part it is let go of
 * again ({@link thinReads}); at the end of all reads it counts only once a boundary is reached, or is near.
 */
function reachesBoundary(
  { from, to }: TimeSpan,
  hasBefore: boolean,
  hasAfter: boolean,
  intervalSeconds: number,
): boolean {
  const part = partSeconds(intervalSeconds) * 1000;
  const near = nearness(intervalSeconds);
  const start = hasBefore ? from : from - near;
  const end = hasBefore && hasAfter ? to : to + near;
  return (hasBefore || hasAfter) && Math.floor(start / part) !== Math.floor(end / part);
}

/**
 * Lets go of reads of registers between the first and the last of a part of time in which no interval begins: nothing
 * follows from them that does not follow from those two.
 */
export async function thinReads(client: Queryable, reads: readonly ChannelRead[]): Promise<void> {
  const parts = new Map(
    reads.map((read) => {
      const seconds = partSeconds(read.intervalSeconds);
      const start = Math.floor(read.readAt / 1000 / seconds) * seconds;
      return [
        `${read.usagePointId}\n${read.channel}\n${read.serialNumber}\n${start}`,
        { read, start, seconds },
      ];
    }),
  );
  const all = [...parts.values()];
  await client.query(
    // Row by row through the index: a join would be planned over the whole table.
    `DELETE FROM register_read WHERE ctid = ANY (ARRAY (
       SELECT doomed.ctid
       FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) AS part (up, channel, serial, start, stop),
       LATERAL (SELECT r.ctid, read_at, min(read_at) OVER () AS first, max(read_at) OVER () AS last FROM register_read r
                WHERE r.usage_point_id = up AND r.channel = part.channel AND serial_number = serial
                  AND read_at >= start AND read_at < stop) AS doomed
       WHERE read_at > first AND read_at < last))`,
    [
      ...columns(all.map(({ read }) => read)),
      all.map(({ read }) => read.serialNumber),
      all.map(({ start }) => new Date(start * 1000)),
      all.map(({ start, seconds }) => new Date((start + seconds) * 1000)),
    ],
  );
}

/** Reads within each span, and of each meter that was ever there the last before it and the first after. */
export async function readAround(
  client: Queryable,
  spans: readonly (ChannelKey & TimeSpan)[],
): Promise<RegisterPoint[][]> {
  const { rows } = await client.query<{
    n: number;
    event_id: string;
    serial_number: string;
    read_at: Date;
    value: string;
    is_doubtful: boolean;
  }>(
    `SELECT n::integer, event_id::text, serial_number, read_at, value::text, is_doubtful
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS span (up, channel, start, stop, n),
     LATERAL (SELECT DISTINCT serial_number AS serial FROM meter_movement WHERE usage_point_id = up) AS meter,
     LATERAL (
       (SELECT * FROM register_read r WHERE r.usage_point_id = up AND r.channel = span.channel AND serial_number = serial
          AND read_at >= start AND read_at <= stop)
       UNION ALL
       (SELECT * FROM register_read r WHERE r.usage_point_id = up AND r.channel = span.channel AND serial_number = serial
          AND read_at < start ORDER BY read_at DESC LIMIT 1)
       UNION ALL
       (SELECT * FROM register_read r WHERE r.usage_point_id = up AND r.channel = span.channel AND serial_number = serial
          AND read_at > stop ORDER BY read_at LIMIT 1)) AS read`,
    [...columns(spans), spans.map(({ from }) => new Date(from)), spans.map(({ to }) => new Date(to))],
  );
  const points: RegisterPoint[][] = spans.map(() => []);
  for (const row of rows)
    points[row.n - 1]!.push({
      id: row.event_id,
      serialNumber: row.serial_number,
      readAt: row.read_at.getTime(),
      value: BigInt(row.value),
      isDoubtful: row.is_doubtful,
    });
  return points;
}

/** One statement may touch a row but once. */
function latestOfEach(reads: readonly ChannelRead[]): ChannelRead[] {
  const latest = new Map<string, ChannelRead>();
  for (const read of reads) {
    const name = `${read.usagePointId}\n${read.channel}\n${read.serialNumber}\n${read.readAt}`;
    const other = latest.get(name);
    if (
      !other ||
      read.receivedAt > other.receivedAt ||
      (read.receivedAt === other.receivedAt && read.id > other.id)
    )
      latest.set(name, read);
  }
  return [...latest.values()];
}

const partSeconds = (intervalSeconds: number): number => commonDivisor(intervalSeconds, QUARTER_SECONDS);
const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
