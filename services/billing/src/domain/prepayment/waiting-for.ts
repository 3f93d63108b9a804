import type { HoldReason } from '@metermesh/contracts';
import { reason } from '../billing-cycle/hold-reasons.ts';
import type { Period } from '../rating/period.ts';
import type { Chargeable } from './chargeable-days.ts';
import type { Prepayment } from './prepayment.ts';

/** What the next day's draw waits for; undefined where nothing is overdue. @param today local date */
export function waitingFor(
  { days }: Prepayment,
  { period, complete }: Pick<Chargeable, 'complete'> & { readonly period: Period },
  today: string,
): HoldReason | undefined {
  const date = period.days[complete.length];
  if (date === undefined || date >= yesterdayOf(today)) return undefined;
  const drawn = days.length > 0 ? `up to ${days.at(-1)!.localDate}` : 'for no day';
  return reason(
    'READINGS_MISSING',
    `Usage is drawn ${drawn}: the readings of ${date} are not complete. Days after it wait for them.`,
  );
}

/** A day's readings have the next day to come. */
const yesterdayOf = (today: string): string =>
  new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length);
