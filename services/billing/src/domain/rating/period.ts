import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';

/** Local calendar dates (ISO 8601), half-open: `end` is the first day that is not part of it. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** Every date of the period, in order. */
  readonly days: readonly string[];
}

/** Days of a period by their place in it: from `first` on, before `last`. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** Neighbouring days on which a value is the same. */
export interface Run<T> {
  readonly value: T;
  readonly range: DayRange;
}

const LONGEST_DAYS = 366;
const MOST_MONTHS = 12;
const DAY_MILLISECONDS = 86_400_000;

const MOST_REMEMBERED = 10_000;
const known = new Map<string, Period>();

/**
 * Remembered, since a fleet is billed for the same few periods over and over: to the same dates the same object. Refusals:
 * `PERIOD_INVALID`, `PERIOD_TOO_LONG`.
 */
export function periodOf(start: string, end: string): Period | Refusal {
  const key = `${start} ${end}`;
  const found = known.get(key);
  if (found) return found;
  const period = newPeriod(start, end);
  if (isRefusal(period)) return period;
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, period);
  return period;
}

function newPeriod(start: string, end: string): Period | Refusal {
  const first = dateOf(start);
  const last = dateOf(end);
  if (!first || !last)
    return refuse(
      'PERIOD_INVALID',
      `"${first ? end : start}" is no calendar date; write local dates as 2025-07-01.`,
    );
  const count = first.until(last).days;
  if (count < 1)
    return refuse(
      'PERIOD_INVALID',
      `The period ends on ${end}, not after its start ${start}; the end is exclusive.`,
    );
  if (count > LONGEST_DAYS)
    return refuse('PERIOD_TOO_LONG', `The period has ${count} days; rate each billing month by itself.`);
  return { start, end, days: Array.from({ length: count }, (_, index) => daysAfter(start, index)) };
}

/** How many calendar months the period is, from a day of the month to the same day of another; undefined where it is none. */
export function wholeMonths({ start, end }: Period): number | undefined {
  const first = Temporal.PlainDate.from(start);
  for (let months = 1; months <= MOST_MONTHS; months++) {
    const date = first.add({ months }).toString();
    if (date === end) return months;
    if (date > end) return undefined;
  }
  return undefined;
}

/** Days from `date` to the same day of the next month. */
export function daysInMonthFrom(date: string): number {
  const first = Temporal.PlainDate.from(date);
  return first.until(first.add({ months: 1 }), { largestUnit: 'days' }).days;
}

export const dayCount = ({ first, last }: DayRange): number => last - first;

export function dayAfter(date: string): string {
  return daysAfter(date, 1);
}

/** The days of a range, grouped with the neighbours that have the same value. */
export function runs<T>({ first, last }: DayRange, valueOn: (day: number) => T): Run<T>[] {
  const found: { value: T; range: { first: number; last: number } }[] = [];
  for (let day = first; day < last; day++) {
    const value = valueOn(day);
    const current = found.at(-1);
    if (current && current.value === value) current.range.last = day + 1;
    else found.push({ value, range: { first: day, last: day + 1 } });
  }
  return found;
}

function dateOf(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}

/** In UTC, where every day has 24 hours; many times faster than calendar objects, and a bill asks for each of its days. */
export function daysAfter(date: string, count: number): string {
  return new Date(Date.parse(date) + count * DAY_MILLISECONDS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
