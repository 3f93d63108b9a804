import { refuse, type Refusal } from '@metermesh/decider';
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
  const first = billingMonthOf(startsOn, billingDay);
  const periods = Math.floor((billingMonthOf(date, billingDay) - first) / billingMonths);
  const start = first + periods * billingMonths;
  return { start: dayOfMonth(start, billingDay), end: dayOfMonth(start + billingMonths, billingDay) };
}

/** The month, counted from year 0, in which the last billing day up to a date lies. */
function billingMonthOf(date: string, billingDay: number): number {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return year * 12 + month - 1 - (day < billingDay ? 1 : 0);
}

/** Every month has a billing day, being one of 1 to 28. */
function dayOfMonth(month: number, day: number): string {
  const digits = (value: number, count: number) => String(value).padStart(count, '0');
  return `${digits(Math.floor(month / 12), 4)}-${digits((month % 12) + 1, 2)}-${digits(day, 2)}`;
}

function cut({ startsOn, endsOn }: Agreement, start: string, end: string): Period | undefined {
  const first = latest(start, startsOn);
  const last = endsOn !== undefined && endsOn < end ? endsOn : end;
  return first < last ? (periodOf(first, last) as Period) : undefined;
}

const latest = (one: string, other: string): string => (one > other ? one : other);
