import { readingTypeOfChannel } from './channel-code.ts';
import type { LoadProfile } from './load-profile.ts';
import { localDayOf } from './local-day-cache.ts';
import type { LocalDay } from './local-day.ts';
import { Quality } from './quality.ts';

/** What was recorded at once, as far as merging needs to know it. */
export interface ReadingSource {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * One local day of one channel, whole: slot `i` covers [start + i·intervalSeconds, start + (i+1)·intervalSeconds).
 * Slots that nobody reported are 0 with quality {@link Quality.Missing}.
 */
export interface ProfileDay {
  readonly day: LocalDay;
  readonly intervalSeconds: number;
  readonly values: Int32Array;
  readonly qualities: Uint8Array;
  /** Those whose values stand in the day. */
  readonly sources: readonly ReadingSource[];
  /** Which of {@link sources} a slot's value is from, −1 where it is missing, {@link DERIVED} where nobody reported it. */
  readonly slotSources: Int16Array;
  /** Ids of the readings on which derived slots rest; empty where there are none. */
  readonly derivedFrom: readonly string[];
}

export function emptyDay(day: LocalDay, intervalSeconds: number): ProfileDay {
  const length = Math.ceil((day.end - day.start) / (intervalSeconds * 1000));
  return {
    day,
    intervalSeconds,
    values: new Int32Array(length),
    qualities: new Uint8Array(length).fill(Quality.Missing),
    sources: [],
    slotSources: new Int16Array(length).fill(-1),
    derivedFrom: [],
  };
}

/** The parts of a profile, one a local day. Intervals must begin on whole intervals of their day. */
export function byLocalDay(profile: LoadProfile, timeZone: string): { day: LocalDay; part: LoadProfile }[] {
  const step = profile.intervalSeconds * 1000;
  const parts = [];
  for (let from = 0; from < profile.values.length;) {
    const start = profile.start + from * step;
    const day = localDayOf(start, timeZone);
    const to = Math.min(profile.values.length, from + Math.ceil((day.end - start) / step));
    parts.push({
      day,
      part: {
        ...profile,
        start,
        values: profile.values.subarray(from, to),
        qualities: profile.qualities.subarray(from, to),
      },
    });
    from = to;
  }
  return parts;
}

/**
 * The day with a part of it that somebody reported. For each slot the lower quality code wins; of equal ones what was
 * received later, and of those received at once the greater id: so the outcome does not depend on the order in which
 * parts come, nor on how often. Where interval lengths differ both are brought to their common divisor first.
 */
export function mergeIntoDay(current: ProfileDay, part: LoadProfile, source: ReadingSource): ProfileDay {
  const interval = commonDivisor(current.intervalSeconds, part.intervalSeconds);
  const spread = readingTypeOfChannel(part.readingType)?.aggregation === 'mean' ? repeated : divided;
  const merged = copyOf(refineDay(current, interval, spread));
  const { values, qualities } = refine(part, interval, spread);
  const sources = [...merged.sources];
  let own = sources.findIndex(({ id }) => id === source.id);
  const first = Math.round((part.start - merged.day.start) / (interval * 1000));
  for (let i = 0; i < values.length; i++) {
    const slot = first + i;
    if (slot < 0 || slot >= merged.values.length) continue;
    const standing = merged.slotSources[slot]!;
    if (!wins(qualities[i]!, source, merged.qualities[slot]!, sources[standing])) continue;
    if (own < 0) own = sources.push(source) - 1;
    merged.values[slot] = values[i]!;
    merged.qualities[slot] = qualities[i]!;
    merged.slotSources[slot] = own;
  }
  return withoutIdleSources({ ...merged, sources });
}

/** Whether two days say the same, whoever said it. */
export function sameValues(a: ProfileDay, b: ProfileDay): boolean {
  return (
    a.intervalSeconds === b.intervalSeconds &&
    a.values.every((value, slot) => value === b.values[slot]) &&
    a.qualities.every((quality, slot) => quality === b.qualities[slot])
  );
}

function wins(
  quality: number,
  source: ReadingSource,
  standing: number,
  standingSource: ReadingSource | undefined,
) {
  if (quality !== standing || !standingSource) return quality < standing;
  if (source.receivedAt !== standingSource.receivedAt) return source.receivedAt > standingSource.receivedAt;
  return source.id > standingSource.id;
}

function copyOf(day: ProfileDay): ProfileDay {
  return {
    ...day,
    values: day.values.slice(),
    qualities: day.qualities.slice(),
    slotSources: day.slotSources.slice(),
  };
}

/** Drops sources of which no value stands any more, and puts the rest in one order whatever order they came in. */
function withoutIdleSources(day: ProfileDay): ProfileDay {
  const used = new Set(day.slotSources);
  const sources = day.sources
    .filter((_, index) => used.has(index))
    .sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
  const place = new Map(sources.map((source, index) => [source.id, index]));
  return {
    ...day,
    sources,
    slotSources: day.slotSources.map((index) => (index < 0 ? -1 : place.get(day.sources[index]!.id)!)),
  };
}

function refineDay(day: ProfileDay, intervalSeconds: number, spread: Spread): ProfileDay {
  if (day.intervalSeconds === intervalSeconds) return day;
  const parts = day.intervalSeconds / intervalSeconds;
  const refined = emptyDay(day.day, intervalSeconds);
  const { values, qualities } = refine(day, intervalSeconds, spread);
  refined.values.set(values.subarray(0, refined.values.length));
  refined.qualities.set(qualities.subarray(0, refined.values.length));
  refined.slotSources.forEach((_, slot) => {
    refined.slotSources[slot] = day.slotSources[Math.floor(slot / parts)]!;
  });
  return { ...refined, sources: day.sources };
}

type Intervals = Pick<LoadProfile, 'intervalSeconds' | 'values' | 'qualities'>;

/** Spreads each value over shorter intervals; what is spread is an estimate. */
function refine(
  profile: Intervals,
  intervalSeconds: number,
  spread: Spread,
): Omit<Intervals, 'intervalSeconds'> {
  const parts = profile.intervalSeconds / intervalSeconds;
  if (parts === 1) return profile;
  const values = new Int32Array(profile.values.length * parts);
  const qualities = new Uint8Array(values.length);
  for (let slot = 0; slot < values.length; slot++) {
    const whole = Math.floor(slot / parts);
    values[slot] = spread(profile.values[whole]!, slot % parts, parts);
    qualities[slot] = Math.max(Quality.Estimated, profile.qualities[whole]!);
  }
  return { values, qualities };
}

/** The value of one of the equal parts of an interval, from 0, of which the whole is known. */
type Spread = (whole: number, part: number, parts: number) => number;

/** What flowed is divided evenly, in whole units and nothing lost. */
const divided: Spread = (whole, part, parts) =>
  Math.floor((whole * (part + 1)) / parts) - Math.floor((whole * part) / parts);

/** A state was the same throughout, as far as is known. */
const repeated: Spread = (whole) => whole;

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
