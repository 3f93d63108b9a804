import { isRefusal, type Refusal } from '@metermesh/decider';
import { exact } from '../rating/exact.ts';
import type { Period } from '../rating/period.ts';
import { rate } from '../rating/rate-bill.ts';
import type { RatingInput } from '../rating/rating-input.ts';
import type { Tariff } from '../tariff/tariff.ts';
import { billingPeriodAt, type Agreement } from './agreement.ts';
import type { BillingCycle } from './billing-cycle.ts';
import type { BillingBasis, EarlierPeriod } from './billing-basis.ts';
import { segmentInput } from './segment-input.ts';
import { segmentsOf, type Segment } from './segments.ts';

export type DemandHistory = NonNullable<RatingInput['demandHistory']>;

/** The billing periods before one that the ratchets of its tariffs look back at, the latest first. */
export function periodsLookedBackAt({
  agreement,
  period,
  tariffs,
}: Pick<BillingBasis, 'agreement' | 'period' | 'tariffs'>): Period[] {
  const used = segmentsOf(agreement, period).map(({ terms }) => tariffs.get(terms.tariffId));
  const months = Math.max(0, ...used.map(ratchetMonths));
  return months === 0 ? [] : periodsBefore(agreement, period, months);
}

/**
 * The highest demand that each demand charge of a tariff measures on the readings of the periods before, by month; none for
 * months that the tariff cannot rate. On readings as they are now: a corrected one counts from then on.
 */
export function demandHistory(
  basis: BillingBasis,
  tariff: Tariff,
  terms: Segment['terms'],
): DemandHistory | undefined {
  if (ratchetMonths(tariff) === 0 || !basis.earlier?.length) return undefined;
  const history: Record<string, Record<string, string>> = {};
  for (const earlier of basis.earlier) {
    const month = (history[earlier.period.start.slice(0, 'YYYY-MM'.length)] ??= {});
    for (const [charge, kW] of demandsOf(basis, earlier, tariff, terms))
      if (month[charge] === undefined || exact(kW).greaterThan(month[charge])) month[charge] = kW;
  }
  return history;
}

/** Whether the last bill of a cycle measured another demand than the one that it replaces. */
export function changesDemand({ bills }: BillingCycle): boolean {
  const [before, after] = bills
    .slice(-2)
    .map(({ determinants }) =>
      determinants.filter(({ code }) => code === 'max-demand').map(({ of, quantity }) => `${of} ${quantity}`),
    );
  return before?.join() !== after?.join();
}

function demandsOf(
  basis: BillingBasis,
  { period, days }: EarlierPeriod,
  tariff: Tariff,
  terms: Segment['terms'],
): [charge: string, kW: string][] {
  const rated = rate(tariff, segmentInput({ ...basis, period, days }, { period, terms }));
  if (isRefusal(rated)) return [];
  return rated.determinants.flatMap(({ code, of, quantity }) =>
    code === 'max-demand' && of !== undefined ? [[of, quantity]] : [],
  );
}

function ratchetMonths(tariff: Tariff | Refusal | undefined): number {
  if (tariff === undefined || isRefusal(tariff)) return 0;
  const ratchets = tariff.charges.flatMap((charge) =>
    charge.kind === 'demand' ? (charge.ratchets ?? []) : [],
  );
  return Math.max(0, ...ratchets.map(({ months }) => months));
}

function periodsBefore(agreement: Agreement, { start }: Period, months: number): Period[] {
  const first = monthNumber(start) - months;
  const periods: Period[] = [];
  for (let next = start; ;) {
    const before = billingPeriodAt(agreement, dayBefore(next));
    if (!before || monthNumber(before.start) < first) return periods;
    periods.push(before);
    next = before.start;
  }
}

const DAY_MS = 86_400_000;
const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
const monthNumber = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
