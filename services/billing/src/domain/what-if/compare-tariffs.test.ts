import { describe, expect, it } from '@jest/globals';
import { isRefusal, refuse } from '@metermesh/decider';
import { parsed, smallTariffJson } from '../../../test/small-tariff.ts';
import { period } from '../../../test/billing-scenario.ts';
import { TotalUsage } from '../rating/total-usage.ts';
import type { Tariff } from '../tariff/tariff.ts';
import { compareTariffs, rateMonths, type UsageMonth } from './compare-tariffs.ts';

/** A tariff of one flat rate and, where given, a demand charge that keeps half of the highest demand of the year before. */
function flat(
  id: string,
  rate: string,
  over: { from?: string; currency?: string; demand?: string } = {},
): Tariff {
  const { from = '2024-01-01', currency = 'EUR', demand } = over;
  const demandCharge = {
    code: 'demand',
    kind: 'demand',
    name: { en: 'Demand' },
    windowMinutes: 15,
    ratchets: [{ months: 11, share: '0.5' }],
    rate: [{ from, value: demand }],
  };
  const energy = { code: 'energy', kind: 'flat', name: { en: 'Energy' }, rate: [{ from, value: rate }] };
  const { totalRounding: _, ...json } = smallTariffJson();
  return parsed({
    ...json,
    id: `example/${id}`,
    currency,
    charges: [energy, ...(demand ? [demandCharge] : [])],
  });
}

const month = (start: string, end: string, kWh: string, maxKw?: string): UsageMonth => ({
  periodStart: start,
  inputFor: () => ({
    period: period(start, end),
    usage: new TotalUsage({ totals: { import: kWh }, ...(maxKw && { maxKw }) }),
  }),
});
const march = month('2024-03-01', '2024-04-01', '100', '10');
const april = month('2024-04-01', '2024-05-01', '200', '2');

describe('comparing tariffs', () => {
  it('adds up the months of each and ranks the cheapest first, with the difference to the present one', () => {
    const own = rateMonths(flat('own', '0.3'), [march, april]);
    const results = compareTariffs(
      [march, april],
      [flat('dear', '0.4'), flat('own', '0.3'), flat('cheap', '0.2')],
      own,
    );
    expect(results.map(({ tariff, total, difference }) => [tariff.id, total, difference])).toEqual([
      ['example/cheap', '60', '-30'],
      ['example/own', '90', '0'],
      ['example/dear', '120', '30'],
    ]);
    expect(results[0]!.months).toEqual([
      { periodStart: '2024-03-01', total: '20' },
      { periodStart: '2024-04-01', total: '40' },
    ]);
  });

  it('carries the highest demand of a month into the ratchets of those after it, tariff by tariff', () => {
    const [result] = compareTariffs([march, april], [flat('demand', '0', { demand: '1' })]);
    // April has 2 kW itself, and keeps half of the 10 kW of March.
    expect(result!.months.map(({ total }) => total)).toEqual(['10', '5']);
    const before = rateMonths(flat('demand', '0', { demand: '1' }), [april], [march]);
    expect(before).toMatchObject({ total: '5', months: [{ periodStart: '2024-04-01' }] });
  });

  it('compares over the months that both rate where a tariff did not know some yet, and ranks it behind', () => {
    const own = rateMonths(flat('own', '0.3'), [march, april]);
    const late = flat('late', '0.1', { from: '2024-04-01' });
    const results = compareTariffs([march, april], [late, flat('dear', '0.4')], own);
    expect(results.map(({ tariff }) => tariff.id)).toEqual(['example/dear', 'example/late']);
    expect(results[1]).toMatchObject({
      total: '20',
      difference: '-40',
      refusal: { code: 'TARIFF_NOT_EFFECTIVE' },
    });
    expect(results[1]!.months[0]!.refusal).toMatchObject({ code: 'TARIFF_NOT_EFFECTIVE' });
  });

  it('puts what it cannot rate last, saying why', () => {
    const unfit: UsageMonth = {
      periodStart: '2024-03-01',
      inputFor: () => refuse('TARIFF_UNFIT', 'It rates water.'),
    };
    const [, last] = compareTariffs([march], [flat('demand', '0.1', { demand: '1' }), flat('own', '0.3')]);
    expect(last!.tariff.id).toBe('example/own');
    const [none] = compareTariffs([unfit], [flat('own', '0.3')]);
    expect(none).toMatchObject({
      refusal: { code: 'TARIFF_UNFIT' },
      months: [{ periodStart: '2024-03-01' }],
    });
    expect(none!.total).toBeUndefined();
    expect(isRefusal(none!.refusal)).toBe(true);
  });

  it('compares no amounts of different currencies', () => {
    const own = rateMonths(flat('own', '0.3'), [march]);
    const [, won] = compareTariffs(
      [march],
      [flat('won', '0.1', { currency: 'KRW' }), flat('other', '0.4')],
      own,
    );
    expect(won).toMatchObject({ tariff: { id: 'example/won' }, total: '10' });
    expect(won!.difference).toBeUndefined();
  });
});
