import { create } from '@bufbuild/protobuf';
import { BillingDeterminantSchema, type BillingDeterminant } from '@metermesh/contracts';
import type { ReadingType } from '@metermesh/metering';
import { decimalString, exact, sum } from '../rating/exact.ts';
import type { Period } from '../rating/period.ts';
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
  return create(BillingDeterminantSchema, {
    code,
    quantity: decimalString(sum(used.map(({ quantity }) => exact(quantity))).div(displayUnit.size)),
    unit: displayUnit.symbol,
    sources: used.map((day) => ({
      localDate: day.date,
      version: day.version,
      eventId: day.eventId,
      readingEventIds: [...day.readingEventIds],
      quantity: BigInt(day.quantity),
      missingIntervals: day.missingIntervals,
      suspectIntervals: day.suspectIntervals,
      estimatedIntervals: day.estimatedIntervals,
    })),
  });
}

/** Those of the days that lie in the period, in order of date. */
export function daysOf(period: Period, days: readonly ValidatedDay[]): ValidatedDay[] {
  const byDate = new Map(days.map((day) => [day.date, day]));
  return period.days.flatMap((date) => byDate.get(date) ?? []);
}
