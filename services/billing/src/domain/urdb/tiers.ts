import { refuse, type Refusal } from '@metermesh/decider';
import { exact, decimalString, sum } from '../rating/exact.ts';
import type { UrdbTier } from './urdb-record.ts';

/** Digits after the point that a tariff carries; the database's numbers are floating point and end in noise beyond. */
const DIGITS = 9;

/** A period of a rate structure: upper limits of all tiers but the last, and a rate of each. */
export interface Blocks {
  readonly limits: readonly string[];
  readonly rates: readonly string[];
  readonly sell: readonly string[];
}

export function dollars(...amounts: (number | undefined)[]): string {
  return decimalString(sum(amounts.map((amount) => exact(amount ?? 0))).toDecimalPlaces(DIGITS));
}

/**
 * The tiers of a period. The last goes on without end, whatever its `max`: what is used must be billed at some rate.
 * Refusal: `URDB_TIERS_INVALID` where limits are missing or do not rise.
 */
export function blocksOf(field: string, period: number, tiers: readonly UrdbTier[]): Blocks | Refusal {
  const limits = tiers.slice(0, -1).map(({ max }) => max);
  const faulty = limits.findIndex((max, place) => max === undefined || max <= (limits[place - 1] ?? 0));
  if (faulty >= 0)
    return refuse(
      'URDB_TIERS_INVALID',
      `${field}[${period}][${faulty}].max is ${limits[faulty] ?? 'missing'}; each tier but the last needs one above the tier before.`,
    );
  return {
    limits: limits.map((max) => dollars(max)),
    rates: tiers.map(({ rate, adj }) => dollars(rate, adj)),
    sell: tiers.map(({ sell }) => dollars(sell)),
  };
}

/** Rates for so many tiers, the last holding for those that the period does not tell apart. */
export function padded(rates: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, place) => rates[Math.min(place, rates.length - 1)] ?? '0');
}

export function isZero(rates: readonly string[]): boolean {
  return rates.every((rate) => Number(rate) === 0);
}
