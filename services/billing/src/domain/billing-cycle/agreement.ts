import { refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { periodOf, type Period } from '../rating/period.ts';

/** Who pays for a usage point, on which tariff and when; dates are local to the usage point. */
export interface Agreement {
  readonly id: string;
  readonly customerId: string;
  readonly usagePointId: string;
  readonly tariffId: string;
  readonly startsOn: string;
  /** The first day that it no longer covers. */
  readonly endsOn?: string;
  /** Day of the month on which a billing period begins, 1 to 28. */
  readonly billingDay: number;
}

/**
 * The billing period that begins on a billing day, or with the agreement: up to the next billing day, and no longer than
 * the agreement lasts. Refusals: `PERIOD_START_INVALID`, `AGREEMENT_DOES_NOT_COVER_PERIOD`.
 */
export function billingPeriod(agreement: Agreement, periodStart: string): Period | Refusal {
  const { id, startsOn, endsOn, billingDay } = agreement;
  const asked = Temporal.PlainDate.from(periodStart);
  const thisMonth = asked.with({ day: billingDay });
  const start = thisMonth.since(asked).sign > 0 ? thisMonth.subtract({ months: 1 }) : thisMonth;
  if (!start.equals(asked) && periodStart !== startsOn) {
    return refuse(
      'PERIOD_START_INVALID',
      `Billing periods of agreement ${id} begin on day ${billingDay} of a month, the first on ${startsOn}; the one that holds ` +
        `${periodStart} begins on ${latest(start.toString(), startsOn)}.`,
    );
  }
  const first = latest(start.toString(), startsOn);
  const next = start.add({ months: 1 }).toString();
  const end = endsOn !== undefined && endsOn < next ? endsOn : next;
  if (first < end) return periodOf(first, end);
  return refuse(
    'AGREEMENT_DOES_NOT_COVER_PERIOD',
    `Agreement ${id} covers ${startsOn} to ${endsOn ?? 'now'}, the end exclusive; no day of the period that begins on ` +
      `${periodStart} is in it.`,
  );
}

const latest = (one: string, other: string): string => (one > other ? one : other);
