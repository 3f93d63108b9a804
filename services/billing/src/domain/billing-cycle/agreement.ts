import { refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { periodOf, type Period } from '../rating/period.ts';
import type { DatedTerms } from './terms.ts';

/** Who pays for a usage point, on which terms and when; dates are local to the usage point. */
export interface Agreement {
  readonly id: string;
  readonly customerId: string;
  readonly usagePointId: string;
  readonly startsOn: string;
  /** The first day that it no longer covers. */
  readonly endsOn?: string;
  /** Day of the month on which a billing period begins, 1 to 28. */
  readonly billingDay: number;
  /** Months of a billing period, counted from the one that the agreement begins in. */
  readonly billingMonths: number;
  /** In order of their first day; the first are those that it started with. */
  readonly terms: readonly DatedTerms[];
}

/**
 * The billing period that begins on a billing day, or with the agreement: up to the next billing day that ends one, and no
 * longer than the agreement lasts. Refusals: `PERIOD_START_INVALID`, `AGREEMENT_DOES_NOT_COVER_PERIOD`.
 */
export function billingPeriod(agreement: Agreement, periodStart: string): Period | Refusal {
  const { id, startsOn, endsOn, billingDay, billingMonths } = agreement;
  const { start, end } = uncutPeriodAt(agreement, periodStart);
  if (start !== periodStart && periodStart !== startsOn) {
    return refuse(
      'PERIOD_START_INVALID',
      `Billing periods of agreement ${id} begin on day ${billingDay} of ${billingMonths === 1 ? 'a' : `each ${billingMonths}th`} month, ` +
        `the first on ${startsOn}; the one that holds ${periodStart} begins on ${latest(start, startsOn)}.`,
    );
  }
  return (
    cut(agreement, start, end) ??
    refuse(
      'AGREEMENT_DOES_NOT_COVER_PERIOD',
      `Agreement ${id} covers ${startsOn} to ${endsOn ?? 'now'}, the end exclusive; no day of the period that begins on ` +
        `${periodStart} is in it.`,
    )
  );
}

/** The billing period that a date lies in; undefined where the agreement does not cover the date. */
export function billingPeriodAt(agreement: Agreement, date: string): Period | undefined {
  if (date < agreement.startsOn || (agreement.endsOn !== undefined && date >= agreement.endsOn))
    return undefined;
  const { start, end } = uncutPeriodAt(agreement, date);
  return cut(agreement, start, end);
}

/**
 * First days of the billing periods that hold a day of `from` to `until` (exclusive), whether or not the agreement has
 * ended meanwhile: periods that were billed before it was known that it would.
 */
export function periodStartsWithin(agreement: Agreement, from: string, until: string): string[] {
  const starts: string[] = [];
  for (let date = latest(from, agreement.startsOn); date < until;) {
    const { start, end } = uncutPeriodAt(agreement, date);
    starts.push(latest(start, agreement.startsOn));
    date = end;
  }
  return starts;
}

function uncutPeriodAt(
  { startsOn, billingDay, billingMonths }: Agreement,
  date: string,
): { start: string; end: string } {
  const first = billingDayUpTo(startsOn, billingDay);
  const { months } = first.until(billingDayUpTo(date, billingDay), { largestUnit: 'months' });
  const start = first.add({ months: Math.floor(months / billingMonths) * billingMonths });
  return { start: start.toString(), end: start.add({ months: billingMonths }).toString() };
}

function billingDayUpTo(date: string, billingDay: number): Temporal.PlainDate {
  const day = Temporal.PlainDate.from(date);
  const inMonth = day.with({ day: billingDay });
  return Temporal.PlainDate.compare(inMonth, day) > 0 ? inMonth.subtract({ months: 1 }) : inMonth;
}

function cut({ startsOn, endsOn }: Agreement, start: string, end: string): Period | undefined {
  const first = latest(start, startsOn);
  const last = endsOn !== undefined && endsOn < end ? endsOn : end;
  return first < last ? (periodOf(first, last) as Period) : undefined;
}

const latest = (one: string, other: string): string => (one > other ? one : other);
