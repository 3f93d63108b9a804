import { describe, expect, it } from '@jest/globals';
import { agreement, daysOf, electricity, marchBasis, termsFrom } from '../../../test/billing-scenario.ts';
import { parsed, smallTariff, smallTariffJson } from '../../../test/small-tariff.ts';
import { openTariffs } from './open-tariffs.ts';
import { tariffComparison } from './tariff-comparison.ts';
import { meteredMonth, termsOn, wholePeriodsBefore } from './usage-months.ts';

const starts = (...args: Parameters<typeof wholePeriodsBefore>) =>
  wholePeriodsBefore(...args).map(({ start }) => start);

describe('the months to compare', () => {
  it('are the last whole billing months, and only those that are over', () => {
    expect(starts(agreement, '2024-06-20', 3)).toEqual(['2024-03-01', '2024-04-01', '2024-05-01']);
    expect(starts(agreement, '2024-06-01', 1)).toEqual(['2024-05-01']);
  });

  it('begin with the first whole one of the agreement and end with its last', () => {
    expect(starts(agreement, '2024-04-20', 12)).toEqual(['2024-02-01', '2024-03-01']);
    expect(starts({ ...agreement, startsOn: '2024-02-01' }, '2024-04-20', 12)).toEqual([
      '2024-02-01',
      '2024-03-01',
    ]);
    expect(starts({ ...agreement, endsOn: '2024-04-11' }, '2024-08-20', 12)).toEqual([
      '2024-02-01',
      '2024-03-01',
    ]);
    expect(starts(agreement, '2024-01-20', 12)).toEqual([]);
  });

  it('are as many as make up the months where a bill is for two', () => {
    const everyOther = { ...agreement, startsOn: '2024-01-01', billingMonths: 2 };
    expect(starts(everyOther, '2024-12-20', 4)).toEqual(['2024-07-01', '2024-09-01']);
  });

  it('tell how much of them was metered', () => {
    const terms = termsOn(agreement, '2024-04-01');
    expect(meteredMonth(marchBasis(), terms)).toMatchObject({ quantity: '124', unit: 'kWh', daysMissing: 0 });
    const days = daysOf(marchBasis()).slice(0, 30);
    expect(meteredMonth(marchBasis({ days }), terms)).toMatchObject({ quantity: '120', daysMissing: 1 });
    const empty = meteredMonth({ ...marchBasis(), days: new Map([[electricity.code, []]]) }, terms);
    expect(empty.quantity).toBeUndefined();
  });

  it('are refused where none of them was metered', () => {
    const terms = termsOn(agreement, '2024-04-01');
    const empty = meteredMonth({ ...marchBasis(), days: new Map() }, terms);
    expect(tariffComparison('AGR-1', [empty], smallTariff(), [smallTariff()])).toMatchObject({
      code: 'NO_USAGE_TO_COMPARE',
    });
    expect(
      tariffComparison('AGR-1', [empty, meteredMonth(marchBasis(), terms)], smallTariff(), [smallTariff()]),
    ).toMatchObject({
      months: [{ daysMissing: 31 }, { daysMissing: 0 }],
      current: { months: [{ periodStart: '2024-03-01' }] },
      results: [{ difference: '0' }],
    });
  });

  it('are rated with the terms of a day', () => {
    const changed = {
      ...agreement,
      terms: [...agreement.terms, termsFrom('2024-05-01', { contractKw: '5' })],
    };
    expect(termsOn(changed, '2024-04-30').contractKw).toBeUndefined();
    expect(termsOn(changed, '2024-05-01').contractKw).toBe('5');
    expect(termsOn(changed, '2020-01-01')).toBe(changed.terms[0]);
  });
});

describe('the tariffs that are open to a customer', () => {
  const tariff = (over: object) => parsed({ ...smallTariffJson(), ...over });
  const own = tariff({ customerClass: 'residential' });

  it('are those of the same publisher, service, class and currency', () => {
    const night = tariff({ id: 'example/night', customerClass: 'residential' });
    const others = [
      tariff({ id: 'example/general', customerClass: 'general' }),
      tariff({ id: 'elsewhere/night', customerClass: 'residential' }),
      tariff({ id: 'example/water', customerClass: 'residential', unit: 'm3' }),
      tariff({ id: 'example/dollar', customerClass: 'residential', currency: 'USD' }),
    ];
    expect(openTariffs(own, [own, night, ...others]).map(({ id }) => id)).toEqual([
      'example/small',
      'example/night',
    ]);
  });
});
