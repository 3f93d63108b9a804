import type { HoldReason } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { reason } from '../billing-cycle/hold-reasons.ts';
import type { Period } from '../rating/period.ts';
import type { Chargeable } from './chargeable-days.ts';
import type { Prepayment } from './prepayment.ts';

/**
 * What the next day's draw waits for: readings that are not complete, or what rating refuses; undefined where nothing is
 * overdue.
 *
 * @param today local date
 */
export function waitingFor(
  { days }: Pick<Prepayment, 'days'>,
  { period, complete, totalOf }: Omit<Chargeable, 'currency'> & { readonly period: Period },
  today: string,
): HoldReason | undefined {
  if (complete.length > days.length) {
    const total = totalOf(days.length + 1);
    return isRefusal(total) ? reason(total.code, total.message) : undefined;
  }
  const date = period.days[complete.length];
  if (date === undefined || date >= dayBefore(today)) return undefined;
  const drawn = days.length > 0 ? `up to ${days.at(-1)!.localDate}` : 'for no day of the period';
  return reason(
    'READINGS_MISSING',
    `Usage is drawn ${drawn}: the readings of ${date} are not complete. The days after it wait for them.`,
  );
}

/** A day's readings have the day after it to come. */
const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length);
