import { describe, expect, it } from '@jest/globals';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import fc from 'fast-check';
import { agreement, day, marchBasis, termsFrom } from '../../../test/billing-scenario.ts';
import { parsed, smallTariff, smallTariffJson } from '../../../test/small-tariff.ts';
import { decimalString, exact, sum } from '../rating/exact.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { BillingBasis } from './billing-basis.ts';
import { ratePeriod, type RatedPeriod } from './rate-period.ts';

/** As the small tariff, but twice as dear, and of another currency where one is given. */
function dearTariff(currency = 'EUR') {
  const json = smallTariffJson();
  return parsed({
    ...json,
    id: 'example/dear',
    currency,
    charges: json.charges.map((charge) =>
      charge.code === 'meter' ? { ...charge, rate: [{ from: '2024-01-01', value: '6' }] } : charge,
    ),
  });
}

const changingOn = (
  from: string,
  over: Parameters<typeof marchBasis>[0] = {},
  dear: Tariff | Refusal = dearTariff(),
) =>
  marchBasis({
    agreement: {
      ...agreement,
      terms: [termsFrom('2024-01-15'), termsFrom(from, { tariffId: 'example/dear' })],
    },
    tariffs: new Map([
      ['example/small', smallTariff()],
      ['example/dear', dear],
    ]),
    ...over,
  });

function rated(basis: BillingBasis): RatedPeriod {
  const period = ratePeriod(basis);
  if (isRefusal(period)) throw new Error(period.message);
  return period;
}

const amounts = ({ lines }: RatedPeriod, code: string) =>
  lines
    .filter((line) => line.code === code)
    .map(({ amount, from, to, days, ofDays }) => ({ amount, from, to, days, ofDays }));

describe('rating a period whose tariff changes in it', () => {
  it('rates each part by its own tariff, months prorated by the days of the whole period', () => {
    const bill = rated(changingOn('2024-03-11'));
    expect(amounts(bill, 'meter')).toEqual([
      { amount: '0.97', from: '2024-03-01', to: '2024-03-11', days: 10, ofDays: 31 },
      { amount: '4.06', from: '2024-03-11', to: '2024-04-01', days: 21, ofDays: 31 },
    ]);
    expect(bill.segments.map(({ period, tariffId }) => [period?.start, period?.end, tariffId])).toEqual([
      ['2024-03-01', '2024-03-11', 'example/small'],
      ['2024-03-11', '2024-04-01', 'example/dear'],
    ]);
  });

  it('rates each part on its own usage, and says of what days it was', () => {
    const { determinants } = rated(changingOn('2024-03-11'));
    expect(determinants.filter(({ code }) => code === 'import')).toMatchObject([
      { quantity: '40', from: '2024-03-01', to: '2024-03-11' },
      { quantity: '84', from: '2024-03-11', to: '2024-04-01' },
    ]);
    expect(determinants[0]).toMatchObject({ code: 'active-energy-import', quantity: '124', from: '' });
  });

  it('says of every line which part it is of', () => {
    const bill = rated(changingOn('2024-03-11'));
    expect(new Set(bill.lines.map(({ from }) => from))).toEqual(new Set(['2024-03-01', '2024-03-11']));
    expect(rated(marchBasis()).lines.every(({ from }) => from === '')).toBe(true);
  });

  it('makes lines that add up to the total exactly, wherever it changes and whatever was used', () => {
    const scenario = fc.record({
      change: fc.integer({ min: 2, max: 31 }).map((date) => `2024-03-${String(date).padStart(2, '0')}`),
      daily: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 31, maxLength: 31 }),
    });
    fc.assert(
      fc.property(scenario, ({ change, daily }) => {
        const days = marchBasis().period.days.map((date, index) => day(date, daily[index]!));
        const bill = rated(changingOn(change, { days }));
        expect(decimalString(sum(bill.lines.map(({ amount }) => exact(amount))))).toBe(bill.total);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused where the parts are priced in different currencies, or one has no tariff', () => {
    const code = (dear: Tariff | Refusal) => (ratePeriod(changingOn('2024-03-11', {}, dear)) as Refusal).code;
    expect(code(dearTariff('USD'))).toBe('CURRENCY_MISMATCH');
    expect(code(refuse('TARIFF_UNKNOWN', 'No such tariff.'))).toBe('TARIFF_UNKNOWN');
  });
});
