import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { bill, lines, period, profile, since2024, tariffOf } from '../../../test/rating.test-kit.ts';
import { rate, rateBill, type RatingRequest } from './rate-bill.ts';

const march: RatingRequest = { start: '2024-03-01', end: '2024-04-01', usage: { kWh: '310' } };
/** 20 days of winter and 10 of summer. */
const acrossSeasons: RatingRequest = { start: '2024-04-11', end: '2024-05-11', usage: { kWh: '300' } };
const energy = { code: 'energy', kind: 'flat', rate: since2024('0.1') };

describe('a period of several months', () => {
  it('has so many base charges and so wide tiers', () => {
    const tariff = tariffOf([
      { code: 'base', kind: 'fixed', rate: since2024('5') },
      {
        code: 'block',
        kind: 'progressive',
        tiers: since2024({ summer: ['100'], winter: ['100'] }),
        rate: since2024(['1', '2']),
      },
    ]);
    expect(lines(bill(tariff, { start: '2024-01-15', end: '2024-03-15', usage: { kWh: '250' } }))).toEqual([
      'base 2 × 5 = 10',
      'block-tier-1 200 × 1 = 200',
      'block-tier-2 50 × 2 = 100',
    ]);
  });

  it('that are not whole is refused', () => {
    expect(rateBill(tariffOf([energy]), { ...march, end: '2024-04-20' })).toMatchObject({
      code: 'PERIOD_TOO_LONG',
    });
  });

  it('may be a part of another, whose days the months are shared by', () => {
    const tariff = tariffOf([{ code: 'base', kind: 'fixed', rate: since2024('6') }]);
    const part = (start: string, end: string) => {
      const usage = profile({ start, end }, 'UTC', 60, {});
      const rated = rate(tariff, {
        period: period(start, end),
        partOf: period('2024-04-01', '2024-05-01'),
        usage,
      });
      return isRefusal(rated) ? rated.code : lines(rated);
    };
    expect(part('2024-04-01', '2024-04-11')).toEqual(['base 1 × 6 × 10/30 = 2']);
    expect(part('2024-04-11', '2024-05-01')).toEqual(['base 1 × 6 × 20/30 = 4']);
  });
});

describe('a tariff that ended', () => {
  it('rates no period that goes on after it', () => {
    const tariff = tariffOf([energy], { until: '2024-04-01' });
    expect(bill(tariff, march).total).toBe('31');
    expect(rateBill(tariff, { ...march, start: '2024-03-02', end: '2024-04-02' })).toMatchObject({
      code: 'TARIFF_NOT_EFFECTIVE',
    });
  });
});

describe('attributes', () => {
  const tariff = tariffOf([
    {
      code: 'pipe',
      kind: 'fixed-by-attribute',
      attribute: 'size',
      times: 'dwellings',
      rate: since2024({ '13': '1', '20': '3' }),
    },
  ]);
  it.each([
    [{ size: '20', dwellings: '4' }, ['pipe 4 × 3 = 12']],
    [{ size: '20' }, 'ATTRIBUTE_REQUIRED'],
    [{ size: '20', dwellings: 'four' }, 'ATTRIBUTE_INVALID'],
    [{ size: '40', dwellings: '4' }, 'ATTRIBUTE_UNKNOWN'],
  ])('%j', (attributes, expected) => {
    const found = rateBill(tariff, { ...march, attributes });
    expect(isRefusal(found) ? found.code : lines(found)).toEqual(expected);
  });

  it('multiply tiers, as do kW', () => {
    const tiers = { tiers: since2024({ summer: ['100'], winter: ['100'] }), rate: since2024(['1', '2']) };
    const scaled = tariffOf([
      { code: 'demand', kind: 'demand', basis: 'contract', rate: since2024('0') },
      { code: 'homes', kind: 'progressive', tiersTimes: 'dwellings', ...tiers },
      { code: 'load', kind: 'progressive', tiersPerKwOf: 'demand', ...tiers },
      { code: 'daily', kind: 'progressive', tiersPer: 'day', ...tiers },
    ]);
    const found = bill(scaled, {
      ...march,
      usage: { kWh: '3150' },
      contractKw: '3',
      attributes: { dwellings: '2' },
    });
    expect(found.lines.filter(({ tier }) => tier === 1).map(({ quantity }) => quantity)).toEqual([
      '200',
      '300',
      '3100',
    ]);
  });
});

describe('a total below zero', () => {
  const feedIn = { code: 'feed-in', kind: 'flat', quantity: 'export', rate: since2024('-0.2') };
  const request = { ...march, usage: { kWh: '310', exportKWh: '500' } };

  it('is a credit', () => {
    expect(bill(tariffOf([energy, feedIn]), request).total).toBe('-69');
  });

  it('is waived where the tariff says so, by a line of its own', () => {
    const found = bill(tariffOf([energy, feedIn], { negativeTotal: 'zero' }), request);
    expect(found.total).toBe('0');
    expect(lines(found).at(-1)).toBe('total-no-credit 1 × 69 = 69');
  });
});

describe('a minimum', () => {
  it('counts by days and seasons, and adds nothing to what is enough', () => {
    const tariff = tariffOf([
      energy,
      { code: 'least', kind: 'minimum', of: ['energy'], rate: since2024({ summer: '60', winter: '30' }) },
    ]);
    // 30 × 20/30 + 60 × 10/30 = 40, of which the energy is 30
    expect(lines(bill(tariff, acrossSeasons)).at(-1)).toBe('least 1 × 10 = 10');
    expect(lines(bill(tariff, march))).toEqual(['energy 310 × 0.1 = 31']);
  });
});
