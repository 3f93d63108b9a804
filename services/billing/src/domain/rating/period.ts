import { refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';

/** Local calendar dates (ISO 8601), half-open: `end` is the first day that is not part of it. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** Every date of the period, in order. */
  readonly days: readonly string[];
}

/** Neighbouring days on which a value is the same. */
export interface Run<T> {
  readonly value: T;
  readonly days: readonly string[];
}

const LONGEST_DAYS = 366;
const DAY_MILLISECONDS = 86_400_000;

export function periodOf(start: string, end: string): Period | Refusal {
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

/** Days from `date` to the same day of the next month. */
export function daysInMonthFrom(date: string): number {
  const first = Temporal.PlainDate.from(date);
  return first.until(first.add({ months: 1 }), { largestUnit: 'days' }).days;
}

export function dayAfter(date: string): string {
  return daysAfter(date, 1);
}

export function runs<T>(days: readonly string[], valueOn: (day: string) => T): Run<T>[] {
  const found: { value: T; days: string[] }[] = [];
  for (const day of days) {
    const value = valueOn(day);
    const current = found.at(-1);
    if (current && current.value === value) current.days.push(day);
    else found.push({ value, days: [day] });
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
function daysAfter(date: string, count: number): string {
  return new Date(Date.parse(date) + count * DAY_MILLISECONDS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
