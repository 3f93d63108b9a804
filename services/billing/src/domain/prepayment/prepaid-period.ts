import { billingPeriodAt, type Agreement } from '../billing-cycle/agreement.ts';
import type { Period } from '../rating/period.ts';

/** How a period is paid is told by the terms of its first day: a change of the mode waits for the next period. */
export function isPrepaid({ terms }: Pick<Agreement, 'terms'>, periodStart: string): boolean {
  return terms.findLast(({ from }) => from <= periodStart)?.paymentMode === 'PREPAID';
}

/** The first prepaid period that begins on a date or later; undefined where none is agreed. */
export function prepaidPeriodFrom(agreement: Agreement, date: string): Period | undefined {
  const { terms, startsOn } = agreement;
  const earliest = date > startsOn ? date : startsOn;
  const candidates = [earliest, ...terms.map(({ from }) => from).filter((from) => from > earliest)];
  for (const candidate of candidates) {
    const period = beginningFrom(agreement, candidate);
    if (period && isPrepaid(agreement, period.start)) return period;
  }
  return undefined;
}

function beginningFrom(agreement: Agreement, date: string): Period | undefined {
  const period = billingPeriodAt(agreement, date);
  return period && period.start < date ? billingPeriodAt(agreement, period.end) : period;
}
