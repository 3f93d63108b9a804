import { Temporal } from 'temporal-polyfill';
import { datesOf, type BillingPeriod } from './billing-period.ts';

/** What is known of one local day's usage, in the reading type's unit; intervals that are missing count nothing. */
export interface UsageDay {
  readonly date: string;
  readonly total: number;
  readonly known: number;
  readonly missing: number;
}

export interface UsageSoFar {
  /** Days with any reading. */
  readonly daysMeasured: number;
  readonly daysInPeriod: number;
  readonly usage: number;
  /** What the whole period will come to; undefined before its first complete day. */
  readonly forecast: number | undefined;
}

/**
 * Usage of a billing period so far, and what it will come to. Days that are measured completely stand as they are; every
 * other day is expected to be as the mean of the complete ones of its kind (weekday or weekend; of all, where its kind has
 * none yet), and no less than what it has used already.
 *
 * @param days at most one a date; dates outside the period do not count
 */
export function usageSoFar(period: BillingPeriod, days: readonly UsageDay[]): UsageSoFar {
  const dates = datesOf(period);
  const byDate = new Map(days.filter(({ known }) => known > 0).map((day) => [day.date, day]));
  const measured = dates.map((date) => byDate.get(date)).filter((day) => day !== undefined);
  return {
    daysMeasured: measured.length,
    daysInPeriod: dates.length,
    usage: sum(measured),
    forecast: forecast(dates, byDate, measured.filter(isComplete)),
  };
}

function forecast(dates: string[], byDate: Map<string, UsageDay>, complete: UsageDay[]): number | undefined {
  if (complete.length === 0) return undefined;
  const weekend = mean(complete.filter(({ date }) => isWeekend(date))) ?? mean(complete)!;
  const weekday = mean(complete.filter(({ date }) => !isWeekend(date))) ?? mean(complete)!;
  const expected = dates.map((date) => {
    const day = byDate.get(date);
    if (day && isComplete(day)) return day.total;
    return Math.max(day?.total ?? 0, isWeekend(date) ? weekend : weekday);
  });
  return Math.round(expected.reduce((total, each) => total + each, 0));
}

const isComplete = ({ known, missing }: UsageDay): boolean => known > 0 && missing === 0;
const isWeekend = (date: string): boolean => Temporal.PlainDate.from(date).dayOfWeek >= 6;
const sum = (days: readonly UsageDay[]): number => days.reduce((total, day) => total + day.total, 0);
const mean = (days: readonly UsageDay[]): number | undefined =>
  days.length > 0 ? sum(days) / days.length : undefined;
