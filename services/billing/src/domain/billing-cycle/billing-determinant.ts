import { create } from '@bufbuild/protobuf';
import { BillingDeterminantSchema, type BillingDeterminant } from '@metermesh/contracts';
import type { ReadingType } from '@metermesh/metering';
import { decimalString, exact } from '../rating/exact.ts';
import type { Period } from '../rating/period.ts';
import { determinantDays } from './determinant-sources.ts';
import type { ValidatedDay } from './validated-day.ts';

/**
 * The usage of a period from its validated days, with exactly those days as its sources. The quantity is exact, in the
 * reading type's display unit (kWh, m3): where a tariff bills whole units it rounds by itself.
 */
export function billingDeterminant(
  { code, displayUnit }: ReadingType,
  period: Period,
  days: readonly ValidatedDay[],
): BillingDeterminant {
  const used = daysOf(period, days);
  const total = used.reduce((sum, { quantity }) => sum + quantity, 0);
  return create(BillingDeterminantSchema, {
    code,
    quantity: decimalString(exact(total).div(displayUnit.size)),
    unit: displayUnit.symbol,
    days: determinantDays(used),
  });
}

/** Those of the days that lie in the period, in order of date. */
export function daysOf({ days: dates }: Period, days: readonly ValidatedDay[]): readonly ValidatedDay[] {
  // Mostly they are just these already.
  if (days.length === dates.length && days.every(({ date }, index) => date === dates[index])) return days;
  const byDate = new Map(days.map((day) => [day.date, day]));
  return dates.flatMap((date) => byDate.get(date) ?? []);
}
