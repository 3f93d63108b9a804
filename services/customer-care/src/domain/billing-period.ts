import { Temporal } from 'temporal-polyfill';

/** Local dates, half-open. */
export interface BillingPeriod {
  readonly start: string;
  readonly end: string;
}

export interface Terms {
  readonly startsOn: string;
  readonly endsOn?: string | null;
  /** 1 to 28. */
  readonly billingDay: number;
  /** Months of a period, counted from the one that the agreement begins in. */
  readonly billingMonths: number;
}

/** The billing period that `date` lies in, cut to the agreement's time; undefined where the agreement does not cover it. */
export function billingPeriodAt(
  date: string,
  { startsOn, endsOn, billingDay, billingMonths }: Terms,
): BillingPeriod | undefined {
  if (date < startsOn || (endsOn && date >= endsOn)) return undefined;
  const first = billingDayUpTo(startsOn, billingDay);
  const { months } = first.until(billingDayUpTo(date, billingDay), { largestUnit: 'months' });
  const start = first.add({ months: months - (months % billingMonths) });
  const end = start.add({ months: billingMonths }).toString();
  return {
    start: startsOn > start.toString() ? startsOn : start.toString(),
    end: endsOn && endsOn < end ? endsOn : end,
  };
}

function billingDayUpTo(date: string, billingDay: number): Temporal.PlainDate {
  const day = Temporal.PlainDate.from(date);
  const inMonth = day.with({ day: billingDay });
  return Temporal.PlainDate.compare(inMonth, day) <= 0 ? inMonth : inMonth.subtract({ months: 1 });
}

/** Every date of the period, in order. */
export function datesOf({ start, end }: BillingPeriod): string[] {
  const first = Temporal.PlainDate.from(start);
  return Array.from({ length: first.until(end).days }, (_, days) => first.add({ days }).toString());
}
