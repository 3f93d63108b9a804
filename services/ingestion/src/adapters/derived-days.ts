import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { RegisterRead } from '@metermesh/contracts';
import { emptyDay, sameValues, withoutDerived, type LocalDay, type ProfileDay } from '@metermesh/metering';
import type { MeterChannel } from '../domain/known-meter.ts';
import { channelReads, type ChannelRead } from '../projections/channel-reads.ts';
import {
  daysTouched,
  deriveDay,
  lacksValues,
  readsOfDay,
  type Register,
} from '../projections/derived-day.ts';
import type { TimeSpan } from '../projections/load-profile-answer.ts';
import { keyText, type DayKey } from '../projections/load-profile-days.ts';
import type { StoredDay } from './load-profile.table.ts';
import type { Queryable } from './queryable.ts';
import { keepReads, readAround, thinReads } from './register-read.table.ts';

/** A day on which values may follow from reads that came. */
export interface TouchedDay {
  readonly key: DayKey;
  readonly day: LocalDay;
  readonly intervalSeconds: number;
  /** Of which instants. */
  readonly span: TimeSpan;
}

/** Keeps what readings of registers say of channels; answers the days on which that may change something, by {@link keyText}. */
export async function keepRegisters(
  client: Queryable,
  recorded: readonly { id: string; event: RegisterRead }[],
  timeZoneOf: (usagePointId: string) => string,
): Promise<Map<string, TouchedDay>> {
  const reads = await readsOfChannels(client, recorded);
  const days = new Map<string, TouchedDay>();
  if (reads.length === 0) return days;
  const intervalOf = new Map(reads.map((read) => [channelText(read), read.intervalSeconds]));
  for (const touched of await keepReads(client, reads)) {
    const intervalSeconds = intervalOf.get(channelText(touched))!;
    const timeZone = timeZoneOf(touched.usagePointId);
    for (const day of daysTouched(touched, intervalSeconds, timeZone)) {
      const key = {
        usagePointId: touched.usagePointId,
        readingType: touched.channel,
        localDate: day.date,
      };
      const before = days.get(keyText(key))?.span;
      const span = {
        from: Math.min(touched.from, before?.from ?? Infinity),
        to: Math.max(touched.to, before?.to ?? -Infinity),
      };
      days.set(keyText(key), { key, day, intervalSeconds, span });
    }
  }
  await thinReads(
    client,
    reads.filter((read) => !read.isSample),
  );
  return days;
}

/** The days as far as anybody reported values of them. */
export function reportedDays(standing: ReadonlyMap<string, StoredDay>): Map<string, ProfileDay> {
  const reported = [...standing].filter(([, { day }]) => day.sources.length > 0);
  return new Map(reported.map(([name, { day }]) => [name, withoutDerived(day)]));
}

/**
 * The days as they are with all that follows from registers: those into which something was merged (`reported`), and those
 * that reads have touched. Days on which nothing is known are left out.
 */
export async function deriveDays(
  client: Queryable,
  keys: ReadonlyMap<string, DayKey>,
  standing: ReadonlyMap<string, StoredDay>,
  reported: ReadonlyMap<string, ProfileDay>,
  touched: ReadonlyMap<string, TouchedDay>,
): Promise<Map<string, ProfileDay>> {
  const unlayered = reportedDays(standing);
  const result = new Map(reported);
  const lacking: { name: string; day: ProfileDay }[] = [];
  for (const name of new Set([...reported.keys(), ...touched.keys()])) {
    const stands = standing.get(name)?.day;
    const touch = touched.get(name);
    const day = reported.get(name) ?? unlayered.get(name) ?? emptyDay(touch!.day, touch!.intervalSeconds);
    const hadDerived = (stands?.derivedFrom.length ?? 0) > 0;
    if (hadDerived || (touch && lacksValues(day, touch.span))) lacking.push({ name, day });
  }
  const spans = lacking.map(({ name, day }) => {
    const { usagePointId, readingType } = keys.get(name)!;
    return { usagePointId, channel: readingType, ...readsOfDay(day) };
  });
  const points = lacking.length > 0 ? await readAround(client, spans) : [];
  const registerOf = await readRegisters(
    client,
    points.flat().map(({ serialNumber }) => serialNumber),
  );
  for (const [i, { name, day }] of lacking.entries()) {
    const derived = deriveDay(day, spans[i]!.channel, points[i]!, registerOf);
    const before = standing.get(name)?.day;
    const isKnown = derived.sources.length > 0 || derived.derivedFrom.length > 0;
    if (before ? reported.has(name) || !isSameLayer(before, derived) : isKnown) result.set(name, derived);
  }
  return result;
}

const isSameLayer = (a: ProfileDay, b: ProfileDay) =>
  sameValues(a, b) && a.derivedFrom.join() === b.derivedFrom.join();

const channelText = ({ usagePointId, channel }: { usagePointId: string; channel: string }) =>
  `${usagePointId}\n${channel}`;

async function readsOfChannels(
  client: Queryable,
  recorded: readonly { id: string; event: RegisterRead }[],
): Promise<ChannelRead[]> {
  if (recorded.length === 0) return [];
  const { rows } = await client.query<{ n: number; channels: MeterChannel[]; submeter: string | null }>(
    `SELECT n::integer, channels, (
       SELECT submeter FROM installation i WHERE i.serial_number = serial AND i.usage_point_id = up
         AND installed_at <= at ORDER BY installed_at DESC LIMIT 1) AS submeter
     FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS read (serial, up, at, n)
     JOIN meter ON meter.serial_number = serial`,
    [
      recorded.map(({ event }) => event.serialNumber),
      recorded.map(({ event }) => event.usagePointId),
      recorded.map(({ event }) => timestampDate(event.readAt!)),
    ],
  );
  return rows.flatMap(({ n, channels, submeter }) => {
    const { id, event } = recorded[n - 1]!;
    return channelReads(id, event, { channels, submeter: submeter ?? '' });
  });
}

async function readRegisters(
  client: Queryable,
  serialNumbers: readonly string[],
): Promise<(serialNumber: string) => Register | undefined> {
  if (serialNumbers.length === 0) return () => undefined;
  const { rows } = await client.query<{ serial: string; multiplier: string; digits: number }>(
    'SELECT serial_number AS serial, multiplier, dial_digits AS digits FROM meter WHERE serial_number = ANY ($1)',
    [[...new Set(serialNumbers)]],
  );
  const registers = new Map(
    rows.map(({ serial, multiplier, digits }) => [serial, { multiplier, dialDigits: digits }]),
  );
  return (serialNumber) => registers.get(serialNumber);
}
