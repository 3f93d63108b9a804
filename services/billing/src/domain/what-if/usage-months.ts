import { isRefusal } from '@metermesh/decider';
import { billingPeriodAt, type Agreement } from '../billing-cycle/agreement.ts';
import { billedReadingType, meteredChannels, type BillingBasis } from '../billing-cycle/billing-basis.ts';
import { segmentInput } from '../billing-cycle/segment-input.ts';
import type { Terms } from '../billing-cycle/terms.ts';
import { decimalString, exact, sum } from '../rating/exact.ts';
import type { Period } from '../rating/period.ts';
import type { UsageMonth } from './compare-tariffs.ts';

/** The terms in force on a local date; those that it starts with before. */
export function termsOn({ terms }: Agreement, date: string): Terms {
  return terms.findLast(({ from }) => from <= date) ?? terms[0]!;
}

/** A whole billing period of the past, with what of it was metered. */
export interface MeteredMonth extends UsageMonth {
  /** Exclusive. */
  readonly periodEnd: string;
  /** Exact decimal of what is there; absent where nothing is. */
  readonly quantity?: string;
  readonly unit: string;
  /** Days without readings: every tariff is compared without them. */
  readonly daysMissing: number;
}

/** The latest billing periods of an agreement that are over by a local date, whole ones only, in order of time. */
export function wholePeriodsBefore(agreement: Agreement, today: string, months: number): Period[] {
  const { startsOn, endsOn, billingDay, billingMonths } = agreement;
  const wanted = Math.ceil(months / billingMonths);
  const periods: Period[] = [];
  let date = dayBefore(endsOn !== undefined && endsOn < today ? endsOn : today);
  for (let period = billingPeriodAt(agreement, date); period && periods.length < wanted;) {
    const isCut =
      (period.start === startsOn && Number(startsOn.slice(-2)) !== billingDay) ||
      (period.end === endsOn && Number(endsOn.slice(-2)) !== billingDay);
    if (period.end <= today && !isCut) periods.unshift(period);
    date = dayBefore(period.start);
    period = billingPeriodAt(agreement, date);
  }
  return periods;
}

/** What of a period was metered, to be rated on any tariff, the other terms being those given. */
export function meteredMonth(basis: BillingBasis, terms: Terms): MeteredMonth {
  const { period, agreement, usagePoint } = basis;
  const { type, days } = meteredChannels(basis);
  const metered = days.import ?? [];
  return {
    periodStart: period.start,
    periodEnd: period.end,
    unit: type.displayUnit.symbol,
    daysMissing: period.days.length - metered.length,
    ...(metered.length > 0 && {
      quantity: decimalString(sum(metered.map(({ quantity }) => exact(quantity))).div(type.displayUnit.size)),
    }),
    inputFor(tariff) {
      const fits = billedReadingType(tariff, usagePoint!.serviceKind, agreement.usagePointId);
      return isRefusal(fits) ? fits : segmentInput(basis, { period, terms });
    },
  };
}

const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length);
