import {
  localDay,
  localDaysBetween,
  Quality,
  qualityName,
  type QualityName,
  type ReadingType,
} from '@metermesh/metering';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { localWithOffset } from '../domain/local-time.ts';

export type Resolution = 'PT15M' | 'PT1H' | 'P1D' | 'P1M';

/** Instants in milliseconds, half-open. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** What a day's row says of its slots. */
export interface SlotsOfDay {
  readonly start: number;
  readonly intervalSeconds: number;
  readonly values: ArrayLike<number>;
  readonly qualities: ArrayLike<number>;
}

export type Aggregation = ReadingType['aggregation'];

export interface AnsweredProfile {
  readonly intervals: readonly AnsweredInterval[];
  /** Sum of the known values; of states, which do not add up, 0. */
  readonly total: number;
  /** Mean over time of the known values of a state; null where none is known, and for what flows. */
  readonly mean: number | null;
}

export interface AnsweredInterval {
  readonly start: string;
  /** Sum of the known values, or of a state their mean over time in whole units; null where none is known. */
  readonly value: number | null;
  readonly quality: QualityName;
}

const STEP_SECONDS: Partial<Record<Resolution, number>> = { PT15M: 900, PT1H: 3600 };
/** Longest span that one question may ask for, in days: some ten thousand intervals. */
const MOST_DAYS: Record<Resolution, number> = { PT15M: 100, PT1H: 400, P1D: 5 * 366, P1M: 20 * 366 };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Whole intervals of the resolution, local to the zone, that begin in [from, to). Refuses with
 * LOAD_PROFILE_RANGE_INVALID or LOAD_PROFILE_RANGE_TOO_LONG.
 */
export function intervalsBeginningIn(
  range: TimeSpan,
  resolution: Resolution,
  timeZone: string,
): TimeSpan[] | Refusal {
  const { from, to } = range;
  if (to <= from) return refuse('LOAD_PROFILE_RANGE_INVALID', '`to` must be after `from`.');
  if (to - from > MOST_DAYS[resolution] * DAY) {
    return refuse(
      'LOAD_PROFILE_RANGE_TOO_LONG',
      `At ${resolution} at most ${MOST_DAYS[resolution]} days are answered at once: ask in parts, or for a coarser resolution.`,
    );
  }
  const all =
    resolution === 'P1M' ? months(range, timeZone) : parts(range, timeZone, STEP_SECONDS[resolution]);
  return all.filter((interval) => interval.from >= from && interval.from < to);
}

/** The intervals of which something is visible. */
export const visibleOf = (intervals: readonly TimeSpan[], visible: readonly TimeSpan[]): TimeSpan[] =>
  intervals.filter((interval) => visible.some((span) => overlap(interval, span).length > 0));

/**
 * Sums slots by interval, or takes their mean, each weighing as much as it is long. Of an interval only what lies in one of the visible spans counts; one of which nothing is
 * visible is left out. Refuses with RESOLUTION_TOO_FINE where the intervals asked for would cut slots.
 */
export function answerIntervals(
  intervals: readonly TimeSpan[],
  days: readonly SlotsOfDay[],
  visible: readonly TimeSpan[],
  timeZone: string,
  aggregation: Aggregation = 'sum',
): AnsweredProfile | Refusal {
  const answered: AnsweredInterval[] = [];
  const whole = { known: 0, value: 0, weighted: 0 };
  let firstDay = 0;
  for (const interval of intervals) {
    const seen = visible.flatMap((span) => overlap(interval, span));
    if (seen.length === 0) continue;
    while (firstDay < days.length && endOf(days[firstDay]!) <= interval.from) firstDay++;
    const sum = sumOf(interval, seen, days, firstDay);
    if (isRefusal(sum)) return sum;
    const isWhole =
      sum.known + sum.missing > 0 &&
      sum.covered === seen.reduce((length, { from, to }) => length + to - from, 0);
    const quality = isWhole ? sum.worst : Quality.Missing;
    answered.push({
      start: localWithOffset(interval.from, timeZone),
      value: sum.known === 0 ? null : aggregation === 'sum' ? sum.value : meanOf(sum),
      quality: qualityName(quality),
    });
    whole.known += sum.known;
    whole.value += sum.value;
    whole.weighted += sum.weighted;
  }
  if (aggregation === 'sum') return { intervals: answered, total: whole.value, mean: null };
  return { intervals: answered, total: 0, mean: whole.known === 0 ? null : meanOf(whole) };
}

/** In whole units, half upwards. */
const meanOf = ({ weighted, known }: Pick<Sum, 'weighted' | 'known'>) => Math.floor(weighted / known + 0.5);

interface Sum {
  value: number;
  /** Each value times the seconds of its slot. */
  weighted: number;
  /** Seconds of which the value is known, and of which it is not. */
  known: number;
  missing: number;
  worst: number;
  /** Milliseconds of which there is a slot. */
  covered: number;
}

function sumOf(
  interval: TimeSpan,
  seen: readonly TimeSpan[],
  days: readonly SlotsOfDay[],
  firstDay: number,
): Sum | Refusal {
  const sum: Sum = { value: 0, weighted: 0, known: 0, missing: 0, worst: Quality.Actual, covered: 0 };
  for (let d = firstDay; d < days.length && days[d]!.start < interval.to; d++) {
    const day = days[d]!;
    const step = day.intervalSeconds * 1000;
    if (cuts(interval, step)) {
      return refuse(
        'RESOLUTION_TOO_FINE',
        `The channel was measured every ${day.intervalSeconds} s at ${new Date(day.start).toISOString()}: ask for a coarser resolution.`,
      );
    }
    for (const span of seen) {
      const first = Math.max(0, Math.ceil((span.from - day.start) / step));
      const last = Math.min(day.values.length, Math.ceil((span.to - day.start) / step));
      for (let slot = first; slot < last; slot++) {
        const quality = day.qualities[slot]!;
        sum.covered += step;
        sum.worst = Math.max(sum.worst, quality);
        if (quality === Quality.Missing) sum.missing += day.intervalSeconds;
        else {
          sum.known += day.intervalSeconds;
          sum.value += day.values[slot]!;
          sum.weighted += day.values[slot]! * day.intervalSeconds;
        }
      }
    }
  }
  return sum;
}

/** Days and months are as long as the calendar makes them; only what divides the hour can cut a slot. */
function cuts({ from, to }: TimeSpan, step: number): boolean {
  return to - from < step || (to - from <= HOUR && (to - from) % step !== 0);
}

const endOf = (day: SlotsOfDay) => day.start + day.values.length * day.intervalSeconds * 1000;

function overlap(a: TimeSpan, b: TimeSpan): TimeSpan[] {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from < to ? [{ from, to }] : [];
}

/** Local days, or parts of them counted from midnight. */
function parts({ from, to }: TimeSpan, timeZone: string, stepSeconds: number | undefined): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const day of localDaysBetween(from, to, timeZone)) {
    const step = stepSeconds ? stepSeconds * 1000 : day.end - day.start;
    for (let start = day.start; start < day.end; start += step)
      spans.push({ from: start, to: Math.min(start + step, day.end) });
  }
  return spans;
}

function months({ from, to }: TimeSpan, timeZone: string): TimeSpan[] {
  const spans: TimeSpan[] = [];
  let month = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth();
  for (let start = startOf(month, timeZone); start < to;) {
    month = month.add({ months: 1 });
    const end = startOf(month, timeZone);
    spans.push({ from: start, to: end });
    start = end;
  }
  return spans;
}

const startOf = (month: Temporal.PlainYearMonth, timeZone: string) =>
  localDay(month.toPlainDate({ day: 1 }).toString(), timeZone).start;
