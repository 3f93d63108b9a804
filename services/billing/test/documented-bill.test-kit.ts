import { isRefusal, type Refusal } from '@metermesh/decider';
import { localDay, readingType } from '@metermesh/metering';
import { readTariff } from '../src/adapters/tariff-library.ts';
import type { BillingBasis } from '../src/domain/billing-cycle/billing-basis.ts';
import { packedEventIds } from '../src/domain/billing-cycle/event-ids.ts';
import { ratePeriod } from '../src/domain/billing-cycle/rate-period.ts';
import type { DatedTerms } from '../src/domain/billing-cycle/terms.ts';
import type { ValidatedDay } from '../src/domain/billing-cycle/validated-day.ts';
import { periodOf } from '../src/domain/rating/period.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { shownDeterminant, shownLine, shownSegment } from '../src/projections/bill.ts';
import type { BillFacts, DocumentedBill } from '../src/documents/bill-facts.ts';
import { timeOfUseDays } from '../src/documents/time-of-use-days.ts';

export interface Supply {
  readonly start: string;
  readonly end: string;
  /** The first from `start` on, others from their own `from` on. */
  readonly terms: readonly (Partial<DatedTerms> & { readonly tariffId: string })[];
  /** Whole units of the reading type (Wh, litres) in a quarter of an hour, alike for those of an hour; by day of the period. */
  readonly quarter: (day: number, hour: number) => number;
  readonly reading?: string;
  readonly timeZone?: string;
  /** Reactive energy, beside. */
  readonly reactive?: (day: number, hour: number) => number;
  /** By the area that the terms name. */
  readonly gasDays?: BillingBasis['gasDays'];
  /** Intervals estimated, by day of the period. */
  readonly estimated?: ReadonlyMap<number, number>;
}

const QUARTER = 900_000;

/** Those that are named, as shipped. */
export async function shippedTariffs(...ids: string[]): Promise<Map<string, Tariff>> {
  const found = await Promise.all(ids.map(async (id) => [id, given(await readTariff(id))] as const));
  return new Map(found);
}

/** A bill as billing makes it of interval values, with its tariffs and times of use. */
export function documentedBill(
  supply: Supply,
  tariffs: ReadonlyMap<string, Tariff>,
  over: Partial<DocumentedBill> = {},
): Pick<BillFacts, 'bill' | 'tariffs' | 'timeOfUse'> {
  const { start, end, terms, timeZone = 'Asia/Seoul', reading = 'active-energy-import' } = supply;
  const period = given(periodOf(start, end));
  const main = daysOf(supply, period.days, supply.quarter);
  const dated = terms.map((each): DatedTerms => ({
    from: start,
    discounts: [],
    attributes: {},
    paymentMode: 'POSTPAID',
    ...each,
  }));
  const basis: BillingBasis = {
    agreement: {
      id: 'AGR-01',
      customerId: 'CUST-01',
      usagePointId: 'UP-E-01',
      startsOn: start,
      billingDay: 1,
      billingMonths: 1,
      terms: dated,
    },
    period,
    usagePoint: { timeZone, serviceKind: readingType(reading)!.serviceKind },
    tariffs,
    gasDays: supply.gasDays,
    days: new Map([
      [reading, main],
      ...(supply.reactive
        ? [['reactive-energy-import', daysOf(supply, period.days, supply.reactive)] as const]
        : []),
    ]),
  };
  const rated = given(ratePeriod(basis));
  const bill: DocumentedBill = {
    id: `BILL-AGR-01-${start}`,
    agreementId: 'AGR-01',
    customerId: 'CUST-01',
    usagePointId: 'UP-E-01',
    tariffId: dated.at(-1)!.tariffId,
    periodStart: start,
    periodEnd: end,
    timeZone,
    currency: rated.currency,
    total: rated.total,
    lines: rated.lines.map(shownLine),
    determinants: rated.determinants.map(shownDeterminant),
    segments: rated.segments.map(shownSegment),
    issuedAt: new Date(`${end}T01:30:00Z`),
    revision: 1,
    dueOn: null,
    replaces: null,
    replacedBy: null,
    cancelled: null,
    ...over,
  };
  const timeOfUse = timeOfUseDays(bill, tariffs, main);
  return { bill, tariffs, ...(timeOfUse && { timeOfUse }) };
}

function daysOf(
  { timeZone = 'Asia/Seoul', estimated }: Supply,
  dates: readonly string[],
  quarter: Supply['quarter'],
): ValidatedDay[] {
  return dates.map((date, index) => {
    const { start, end } = localDay(date, timeZone);
    const values = Int32Array.from({ length: (end - start) / QUARTER }, (_, slot) =>
      quarter(index, Math.floor(slot / 4)),
    );
    const number = date.replaceAll('-', '');
    return {
      date,
      version: 1n,
      eventIds: packedEventIds([`00000000-0000-4000-8000-0000${number}`]),
      eventPosition: '',
      startsAt: start,
      intervalSeconds: 900,
      intervals: values.length,
      values,
      qualities: new Uint8Array(0),
      quantity: values.reduce((sum, value) => sum + value, 0),
      missingIntervals: 0,
      suspectIntervals: 0,
      estimatedIntervals: estimated?.get(index) ?? 0,
    };
  });
}

function given<Value>(value: Value | Refusal): Value {
  if (isRefusal(value)) throw new Error(`${value.code}: ${value.message}`);
  return value;
}
