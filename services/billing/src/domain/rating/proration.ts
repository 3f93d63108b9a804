import { exact, round, type Exact } from './exact.ts';
import { daysInMonthFrom, runs, type Period } from './period.ts';
import { seasonOn } from '../tariff/season.ts';
import type { Tariff } from '../tariff/tariff.ts';

/** The part of a billing period that lies in one season, with its share of the usage. */
export interface SeasonPart {
  readonly season: string;
  readonly days: readonly string[];
  /** Days of the month that base charges and tiers are stated for. */
  readonly monthDays: number;
  readonly quantity: Exact;
}

/**
 * A period by season. Usage is shared by days and rounded as the tariff says; rounding the running total, not each
 * share, so that the parts add up to the usage whatever their number.
 */
export function seasonParts(tariff: Tariff, period: Period, usage: Exact): SeasonPart[] {
  const monthDays = billingMonthDays(tariff, period);
  let daysSoFar = 0;
  let given: Exact = exact(0);
  return runs(period.days, (day) => seasonOn(tariff.seasons, day)).map(({ value: season = '', days }) => {
    daysSoFar += days.length;
    const isLast = daysSoFar === period.days.length;
    const until = isLast
      ? usage
      : round(usage.times(daysSoFar).div(period.days.length), tariff.proration.quantity);
    const quantity = until.minus(given);
    given = until;
    return { season, days, monthDays, quantity };
  });
}

/** The days a monthly charge is stated for: those of the period where it is a billing month, else of the month it begins. */
export function billingMonthDays({ billingMonth }: Tariff, { start, days }: Period): number {
  const isMonth = days.length >= billingMonth.shortestDays && days.length <= billingMonth.longestDays;
  return isMonth ? days.length : daysInMonthFrom(start);
}

/** The part's usage in each tier reached; at least the first tier. `limits` are monthly upper limits. */
export function splitIntoTiers(tariff: Tariff, part: SeasonPart, limits: readonly string[]): Exact[] {
  const shares: Exact[] = [];
  let left = part.quantity;
  for (const width of tierWidths(tariff, part, limits)) {
    const inTier = left.lessThan(width) ? left : width;
    shares.push(inTier);
    left = left.minus(inTier);
    if (left.isZero()) return shares;
  }
  return [...shares, left];
}

function tierWidths(tariff: Tariff, part: SeasonPart, limits: readonly string[]): Exact[] {
  return limits.map((limit, tier) => {
    const width = exact(limit).minus(limits[tier - 1] ?? 0);
    return part.days.length === part.monthDays
      ? width
      : round(width.times(part.days.length).div(part.monthDays), tariff.proration.quantity);
  });
}
