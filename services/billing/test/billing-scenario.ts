import { isRefusal } from '@metermesh/decider';
import { localDay, readingType, type ReadingType } from '@metermesh/metering';
import type { Agreement } from '../src/domain/billing-cycle/agreement.ts';
import type { DatedTerms } from '../src/domain/billing-cycle/terms.ts';
import type { BillingBasis } from '../src/domain/billing-cycle/billing-basis.ts';
import { packedEventIds } from '../src/domain/billing-cycle/event-ids.ts';
import { periodOf, type Period } from '../src/domain/rating/period.ts';
import type { ValidatedDay } from '../src/domain/billing-cycle/validated-day.ts';
import { smallTariff } from './small-tariff.ts';

export const electricity = readingType('active-energy-import') as ReadingType;
export const BERLIN = 'Europe/Berlin';

/** Terms that name the small tariff and nothing else, but for what is given. */
export function termsFrom(from: string, over: Partial<DatedTerms> = {}): DatedTerms {
  return {
    from,
    tariffId: 'example/small',
    discounts: [],
    attributes: {},
    paymentMode: 'POSTPAID',
    ...over,
  };
}

export const agreement: Agreement = {
  id: 'AGR-1',
  customerId: 'CUST-1',
  usagePointId: 'UP-1',
  startsOn: '2024-01-15',
  billingDay: 1,
  billingMonths: 1,
  terms: [termsFrom('2024-01-15')],
};

export function period(start: string, end: string): Period {
  const made = periodOf(start, end);
  if (isRefusal(made)) throw new Error(made.message);
  return made;
}

/** A whole hourly day of `quantity` Wh in all. */
export function day(
  date: string,
  quantity: number,
  over: Partial<ValidatedDay> = {},
  timeZone = BERLIN,
): ValidatedDay {
  const { start, end } = localDay(date, timeZone);
  const hours = (end - start) / 3_600_000;
  const hourly = Math.floor(quantity / hours);
  const number = date.replaceAll('-', '');
  return {
    date,
    version: 1n,
    eventIds: packedEventIds([
      `00000000-0000-4000-8000-0000${number}`,
      `00000000-0000-4000-9000-0000${number}`,
    ]),
    eventPosition: `position-${date}`,
    startsAt: start,
    intervalSeconds: 3600,
    intervals: hours,
    values: Int32Array.from(
      { length: hours },
      (_, hour) => hourly + (hour === 0 ? quantity - hourly * hours : 0),
    ),
    qualities: new Uint8Array(0),
    quantity,
    missingIntervals: 0,
    suspectIntervals: 0,
    estimatedIntervals: 0,
    ...over,
  };
}

/** March 2024 in Berlin, 31 days with a day of 23 hours, of 4 kWh each. */
export function marchBasis({
  days,
  ...over
}: Partial<Omit<BillingBasis, 'days'>> & { days?: readonly ValidatedDay[] } = {}): BillingBasis {
  const march = period('2024-03-01', '2024-04-01');
  return {
    agreement,
    period: march,
    usagePoint: { timeZone: BERLIN, serviceKind: 'ELECTRICITY' },
    tariffs: new Map([['example/small', smallTariff()]]),
    days: new Map([[electricity.code, days ?? march.days.map((date) => day(date, 4000))]]),
    ...over,
  };
}

/** Of the only channel of {@link marchBasis}. */
export const daysOf = (basis: BillingBasis): readonly ValidatedDay[] => basis.days.get(electricity.code)!;
