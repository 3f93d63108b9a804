import { isRefusal } from '@metermesh/decider';
import { readingType } from '@metermesh/metering';
import { decimalString } from '../domain/rating/exact.ts';
import { periodOf } from '../domain/rating/period.ts';
import { planOf } from '../domain/rating/plan.ts';
import { ProfileUsage, type MeteredDay } from '../domain/rating/profile-usage.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import type { ShownSegment } from '../projections/bill.ts';
import type { DocumentedBill, TimeOfUseDay } from './bill-facts.ts';
import { mainUsage } from './usage-chart.ts';

/**
 * The main usage of a bill, day by day, by the periods of its tariffs' calendars. Undefined where a tariff has no times of
 * use, or where its calendar cannot be had.
 *
 * @param metered the interval values of the bill's days
 */
export function timeOfUseDays(
  bill: DocumentedBill,
  tariffs: ReadonlyMap<string, Tariff>,
  metered: readonly MeteredDay[],
): TimeOfUseDay[] | undefined {
  const days = bill.segments.map((segment) => daysOf(bill, segment, tariffs.get(segment.tariffId), metered));
  return days.every((each) => each !== undefined) ? days.flat() : undefined;
}

function daysOf(
  bill: DocumentedBill,
  segment: ShownSegment,
  tariff: Tariff | undefined,
  metered: readonly MeteredDay[],
): TimeOfUseDay[] | undefined {
  const calendarCode = tariff && calendarOf(tariff);
  const period = periodOf(segment.start, segment.end);
  const whole = periodOf(bill.periodStart, bill.periodEnd);
  const unitsPerQuantity = readingType(mainUsage(bill)?.code ?? '')?.displayUnit.size;
  if (!calendarCode || isRefusal(period) || isRefusal(whole) || !unitsPerQuantity) return undefined;
  const plan = planOf(tariff, period, whole);
  const calendar = isRefusal(plan) ? plan : plan.calendar(calendarCode);
  if (isRefusal(calendar)) return undefined;
  const usage = new ProfileUsage(period, {
    days: { import: metered },
    timeZone: bill.timeZone,
    unitsPerQuantity,
  });
  const days = period.days.map((date, day) => {
    const quantities = usage.byTimeOfUse('import', calendar, { first: day, last: day + 1 });
    return isRefusal(quantities) ? undefined : { date, quantities: written(quantities) };
  });
  return days.every((day) => day !== undefined) ? days : undefined;
}

function calendarOf({ charges }: Tariff): string | undefined {
  const timeOfUse = charges.flatMap((charge) => (charge.kind === 'time-of-use' ? [charge] : []));
  return timeOfUse.find(({ quantity = 'import' }) => quantity === 'import')?.calendar;
}

function written(
  quantities: ReadonlyMap<string, Parameters<typeof decimalString>[0]>,
): Record<string, string> {
  return Object.fromEntries([...quantities].map(([period, quantity]) => [period, decimalString(quantity)]));
}
