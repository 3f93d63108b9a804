import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { parsed } from '../../../test/small-tariff.ts';
import { rateMonths, ratePeriod, type MonthsOptions } from './rate-months.ts';
import { rateBill, type RatingRequest } from './rate-bill.ts';

const since2023 = <T>(value: T) => [{ from: '2023-01-01', value }];
const tariff = parsed({
  id: 'example/ratchet',
  name: { en: 'Ratchet' },
  source: 'made up',
  currency: 'EUR',
  unit: 'kWh',
  billingMonth: { shortestDays: 28, longestDays: 31 },
  seasons: [{ code: 'year', from: '01-01', to: '12-31' }],
  proration: { amount: { to: '0.01', mode: 'half-up' } },
  charges: [
    {
      code: 'demand',
      kind: 'demand',
      name: { en: 'Demand' },
      windowMinutes: 'interval',
      ratchets: [{ months: 1, share: '0.5' }],
      rate: since2023('1'),
    },
    {
      code: 'least',
      kind: 'minimum',
      name: { en: 'Least' },
      per: 'year',
      of: ['demand'],
      rate: since2023('100'),
    },
  ],
});

/** kW of each hour. */
function year(kW: (date: Date) => number, more: Partial<RatingRequest> = {}): RatingRequest {
  const start = Date.UTC(2023, 0, 1);
  const kWh = Array.from({ length: 8760 }, (_, hour) => kW(new Date(start + hour * 3_600_000)));
  return {
    start: '2023-01-01',
    end: '2024-01-01',
    usage: { intervals: { start: '2023-01-01T00:00', minutes: 60, kWh } },
    ...more,
  };
}
const peakOnTheLastHourOf = (month: number) => (date: Date) =>
  date.getTime() === Date.UTC(2023, month + 1, 1) - 3_600_000 ? 20 : 2;

function totals(request: RatingRequest, options?: MonthsOptions): string[] {
  const rated = rateMonths(tariff, request, options);
  if (isRefusal(rated)) throw new Error(rated.message);
  return [...rated.months.map(({ total }) => total), rated.total];
}

describe('a year, month by month', () => {
  it('carries the demand of a month into those after it', () => {
    // 11 months of 2 kW but March (20 kW) and April (half of it); the year lacks 50 to its least
    expect(totals(year(peakOnTheLastHourOf(2)))).toEqual([
      '2',
      '2',
      '20',
      '10',
      '2',
      '2',
      '2',
      '2',
      '2',
      '2',
      '2',
      '2',
      '100',
    ]);
  });

  it('goes round, where the year before was the same', () => {
    const december = year(peakOnTheLastHourOf(11));
    expect(totals(december)[0]).toBe('2');
    expect(totals(december, { sameYearBefore: true })[0]).toBe('10');
    expect(totals({ ...december, demandHistory: { '2022-12': '8' } }, { sameYearBefore: true })[0]).toBe('4');
  });

  it('names what lacks to the least of a year, once and only of whole years', () => {
    const rated = rateMonths(
      tariff,
      year(() => 2),
    );
    if (isRefusal(rated)) throw new Error(rated.message);
    expect(rated).toMatchObject({ total: '100' });
    expect(rated.lines.slice(-2)).toMatchObject([
      { code: 'demand', from: '2023-12-01', to: '2024-01-01', amount: '2' },
      { code: 'least', amount: '76' },
    ]);
    const months = rateMonths(tariff, {
      start: '2023-01-01',
      end: '2023-03-01',
      usage: { intervals: { start: '2023-01-01', minutes: 1440, kWh: Array(59).fill(48) } },
    });
    expect(months).toMatchObject({ total: '4', lines: [{ amount: '2' }, { amount: '2' }] });
    expect(
      rateMonths(
        tariff,
        year(() => 20),
      ),
    ).toMatchObject({ total: '240', lines: Array(12).fill({ code: 'demand', amount: '20' }) });
  });

  it('cuts months of local time where clocks change', () => {
    // New York: March has 743 hours, November 721
    const rated = rateMonths(tariff, {
      start: '2023-03-01',
      end: '2023-12-01',
      usage: {
        intervals: {
          start: '2023-03-01',
          minutes: 60,
          timeZone: 'America/New_York',
          kWh: Array.from({ length: 275 * 24 }, (_, hour) =>
            hour < 743 ? 3 : hour < 275 * 24 - 721 ? 4 : 5,
          ),
        },
      },
    });
    expect(!isRefusal(rated) && rated.months.map(({ total }) => total)).toEqual([
      '3',
      '4',
      '4',
      '4',
      '4',
      '4',
      '4',
      '4',
      '5',
    ]);
  });

  it('is refused without intervals, and where a month cannot be rated, by its name', () => {
    const sum = { start: '2023-01-01', end: '2024-01-01', usage: { kWh: '5' } };
    expect(rateMonths(tariff, sum)).toMatchObject({ code: 'REQUEST_INVALID' });
    for (const nothing of ['null', '{}', '{"usage":[]}'])
      expect(rateMonths(tariff, JSON.parse(nothing))).toMatchObject({ code: 'REQUEST_INVALID' });
    const short = year(() => 2);
    short.usage.intervals!.kWh = short.usage.intervals!.kWh!.slice(0, 8700);
    expect(rateMonths(tariff, short)).toMatchObject({
      code: 'INTERVALS_DO_NOT_COVER_PERIOD',
      message: expect.stringMatching(/^2023-12-01/),
    });
  });
});

describe('a period of several months', () => {
  const apart = { ...tariff, severalMonths: 'apart' as const };
  const december = year(peakOnTheLastHourOf(11));
  const total = (of: typeof tariff, request: RatingRequest) => {
    const rated = ratePeriod(of, request);
    return isRefusal(rated) ? rated.code : rated.total;
  };

  it('is one bill, or a bill for each month where the tariff says so', () => {
    expect(total(tariff, december)).toBe('240'); // twelve months of 20 kW
    expect(total(apart, { ...december, demandHistory: {} })).toBe('100'); // 11 × 2 + 20, at least 100
    expect(rateBill(apart, december)).toMatchObject({ code: 'PERIOD_TOO_LONG' });
  });

  it('that is a year goes round, unless the demand before is told', () => {
    const bills = (request: RatingRequest) => {
      const rated = ratePeriod(apart, request);
      return 'months' in rated ? rated.months.map((bill) => bill.total) : rated;
    };
    expect(bills(december)).toMatchObject({ 0: '10', 11: '20' });
    expect(bills({ ...december, demandHistory: {} })).toMatchObject({ 0: '2', 11: '20' });
  });

  it('is one month where it is no longer than that', () => {
    const march = { start: '2023-03-01', end: '2023-04-01', usage: { kWh: '0', maxKw: '7' } };
    expect(ratePeriod(apart, march)).toEqual(rateBill(apart, march));
    expect(total(apart, JSON.parse('null'))).toBe('REQUEST_INVALID');
    expect(total(apart, { ...march, end: '2023-03-01' })).toBe('PERIOD_INVALID');
  });
});
