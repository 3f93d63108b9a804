import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localDayAt } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { exact, sum } from '../src/domain/rating/exact.ts';
import {
  BillingService,
  codeOf,
  customer,
  STARTING_MS,
  until,
  type GraphQLAnswer,
} from './billing-service.test-kit.ts';
import { datesOf, SEOUL, TARIFF, type Household } from './household-facts.ts';

const COMPARE = `query ($agreementId: ID!, $months: Int, $tariffIds: [ID!]) {
  compareTariffs(agreementId: $agreementId, months: $months, tariffIds: $tariffIds) {
    from to daysMissing months { periodStart periodEnd quantity unit daysMissing }
    current { ...Cost } results { ...Cost }
  }
}
fragment Cost on TariffCost { tariffId name currency total difference months { periodStart total refusal { code } } refusal { code message } }`;

interface Cost {
  tariffId: string;
  total: string | null;
  difference: string | null;
  months: { periodStart: string; total: string | null; refusal: { code: string } | null }[];
  refusal: { code: string } | null;
}
interface Comparison {
  from: string;
  to: string;
  daysMissing: number;
  months: { periodStart: string; periodEnd: string; quantity: string | null; daysMissing: number }[];
  current: Cost;
  results: Cost[];
}
const comparisonIn = ({ data }: GraphQLAnswer) => data!['compareTariffs'] as Comparison;

/** The first days of this month and of the three before it, where the households are. */
const thisMonth = Temporal.PlainDate.from(localDayAt(Date.now(), SEOUL).date).with({ day: 1 });
const [first, second, third, now] = [3, 2, 1, 0].map((months) =>
  thisMonth.subtract({ months }).toString(),
) as [string, string, string, string];

let service: BillingService;
beforeAll(async () => {
  service = await BillingService.start();
}, STARTING_MS);
afterAll(() => service?.stop());

describe('comparing tariffs', () => {
  let household: Household;
  const compare = (variables: object = {}, claims?: ReturnType<typeof customer>) =>
    service.ask(COMPARE, { agreementId: household.agreementId, ...variables }, claims);

  beforeAll(async () => {
    household = await service.settle(first);
    // All of the first month, none of the second, all but one day of the third.
    await service.publishDays(
      household,
      [...datesOf(first, second), ...datesOf(third, now).slice(0, -1)],
      600,
    );
    await until(compare, ({ data }) => !!data && comparisonIn({ data }).months.at(-1)!.daysMissing === 1);
  }, STARTING_MS);

  it('rates the whole months that were metered on the own tariff and those open to the customer, and says what is missing', async () => {
    const comparison = comparisonIn(await compare({}, customer(household.customerId)));
    const absent = datesOf(second, third).length;
    expect(comparison).toMatchObject({
      from: first,
      to: now,
      daysMissing: absent + 1,
      months: [
        { periodStart: first, periodEnd: second, daysMissing: 0 },
        { periodStart: second, quantity: null, daysMissing: absent },
        { periodStart: third, periodEnd: now, daysMissing: 1 },
      ],
      current: { tariffId: TARIFF },
    });
    const tariff = (await readTariff(TARIFF)) as Tariff;
    const rated = [
      { start: first, end: second, usage: { kWh: comparison.months[0]!.quantity! } },
      { start: third, end: now, usage: { kWh: comparison.months[2]!.quantity! } },
    ].map((month) => (rateBill(tariff, month) as RatedBill).total);
    expect(comparison.current.months.map(({ total }) => total)).toEqual(rated);
    expect(comparison.current.total).toBe(sum(rated.map(exact)).toString());

    // The base charge of the other is of the contract power, which this agreement does not name.
    expect(comparison.results).toMatchObject([
      { tariffId: TARIFF, total: comparison.current.total, difference: '0', refusal: null },
      {
        tariffId: 'kepco/residential-jeju-time-of-use',
        total: null,
        difference: null,
        refusal: { code: 'CONTRACT_POWER_REQUIRED' },
      },
    ]);
  });

  it('takes the tariffs and the number of months that are named', async () => {
    const comparison = comparisonIn(
      await compare({ months: 1, tariffIds: ['kepco/residential-high-voltage', 'seoul/water-household'] }),
    );
    expect(comparison.months.map(({ periodStart }) => periodStart)).toEqual([third]);
    expect(comparison.results).toMatchObject([
      { tariffId: 'kepco/residential-high-voltage', difference: expect.stringMatching(/^-/), refusal: null },
      { tariffId: 'seoul/water-household', refusal: { code: 'TARIFF_UNFIT' } },
    ]);
  });

  it('is for the customer and staff, and refuses what cannot be compared', async () => {
    expect(codeOf(await compare({}, customer('CUST-other')))).toBe('FORBIDDEN');
    expect(codeOf(await compare({ agreementId: 'AGR-unheard-of' }))).toBe('AGREEMENT_NOT_FOUND');
    expect(codeOf(await compare({ months: 0 }))).toBe('MONTHS_INVALID');
    expect(codeOf(await compare({ tariffIds: ['kepco/of-old'] }))).toBe('TARIFF_UNKNOWN');
    expect(codeOf(await compare({ tariffIds: Array.from({ length: 101 }, () => TARIFF) }))).toBe(
      'TOO_MANY_TARIFFS',
    );
    const unmetered = await service.settle(first);
    const refused = await until(
      () => compare({ agreementId: unmetered.agreementId }),
      (answer) => !['AGREEMENT_NOT_FOUND', 'USAGE_POINT_NOT_KNOWN_YET'].includes(codeOf(answer) ?? ''),
    );
    expect(codeOf(refused)).toBe('NO_USAGE_TO_COMPARE');
  });
});
