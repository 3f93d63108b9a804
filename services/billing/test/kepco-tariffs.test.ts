import { beforeAll, describe, expect, it } from '@jest/globals';
import { tariffIds } from '../src/adapters/tariff-library.ts';
import { exact, sum } from '../src/domain/rating/exact.ts';
import type { RatedBill } from '../src/domain/rating/rate-bill.ts';
import { effectiveFrom } from '../src/domain/tariff/tariff.ts';
import { amounts, billOf, corpus, fromCorpus, kepcoTariff, parts, quarterHours } from './kepco.test-kit.ts';

describe('every tariff of KEPCO', () => {
  let names: string[];
  beforeAll(async () => {
    names = (await tariffIds())
      .filter((id) => id.startsWith('kepco/'))
      .map((id) => id.slice('kepco/'.length));
  });

  it('is shipped', () => {
    expect(names).toHaveLength(42);
  });

  it('bills a month of one kilowatt: quantities add up to it, lines to the total, charges to the taxes’ base', async () => {
    for (const name of names)
      for (const [start, end] of [
        ['2021-10-01', '2021-11-01'],
        ['2023-05-10', '2023-06-10'],
        ['2024-10-15', '2024-11-15'],
        ['2026-04-01', '2026-05-01'],
      ] as const) {
        const intervals = quarterHours(start, end, 1);
        const bill = await billOf(name, { start, end, usage: { intervals }, contractKw: '1' });
        const hours = intervals.kWh.length / 4;
        expect([name, start, quantityOf(bill, 'energy')]).toEqual([name, start, String(hours)]);
        expect([name, start, total(bill)]).toEqual([name, start, bill.total]);
        const { base, energy, climate, fuel, vat } = amounts(bill);
        const taxed = sum([base, energy, climate, fuel].map((amount) => exact(amount ?? 0)));
        expect([name, start, vat]).toEqual([name, start, taxed.times('0.1').toDecimalPlaces(0).toFixed()]);
        expect(taxed.greaterThan(0)).toBe(true);
      }
  });

  it('says since when it is known, where that is later than 2021', async () => {
    for (const name of names) {
      const since = name.includes('jeju') ? '2021-09-01' : '2021-01-01';
      expect([name, effectiveFrom(await kepcoTariff(name))]).toEqual([name, since]);
    }
  });
});

describe('KEPCO residential time of use on Jeju', () => {
  const month = (start: string, end: string, kW: number) =>
    billOf('residential-jeju-time-of-use', {
      start,
      end,
      usage: { intervals: quarterHours(start, end, kW) },
      contractKw: '3',
    });

  it('bills the evening dearest, alike on all days', async () => {
    // 31 days of 10, 8 and 6 hours at 1 kW: 310 × 125.8 + 248 × 153.8 + 186 × 172.4 = 38,998 + 38,142.4 + 32,066.4
    // 3 × 4,310 = 12,930; 6,696; 3,720 → 132,552; VAT 13,255; 3.2 % 4,240; 150,047
    const bill = await month('2025-05-01', '2025-06-01', 1);
    expect(amounts(bill)).toMatchObject({ base: '12930', energy: '109206', climate: '6696', fuel: '3720' });
    expect(bill.total).toBe('150040');
  });

  it('takes November for winter, as all seasonal rates of KEPCO do', async () => {
    const bill = await month('2025-11-01', '2025-12-01', 1);
    expect(Object.values(parts(bill, 'energy')).map((line) => line.split(' × ')[1])).toEqual([
      '138.7',
      '184.7',
      '220.5',
    ]);
  });

  it('charges super users above 1,000 kWh in summer and winter only', async () => {
    // 1,488 kWh in August, 488 of them at 736.2; the first thousand by the hours’ shares 10, 8 and 6 of 24
    // 416.67 × 138.7 + 333.33 × 184.7 + 250 × 220.5 = 57,791.67 + 61,566.67 + 55,125; 488 × 736.2 = 359,265.6
    expect(amounts(await month('2025-08-01', '2025-09-01', 2))['energy']).toBe('533748');
    // 620 × 125.8 + 496 × 153.8 + 372 × 172.4
    expect(amounts(await month('2025-05-01', '2025-06-01', 2))['energy']).toBe('218413');
  });
});

interface JejuTable {
  base_won_per_kw: number;
  rates: Record<
    'spring_autumn' | 'summer_winter',
    { months: number[]; off: number; mid: number; on: number }
  >;
}

(corpus ? describe : describe.skip)('Jeju in the table of others (METERMESH_CORPUS)', () => {
  it('has our rates in every month', async () => {
    const { base_won_per_kw, rates } = await fromCorpus<JejuTable>('jeju-residential-tou.json');
    for (const { months, off, mid, on } of Object.values(rates))
      for (const number of months) {
        const start = `2024-${String(number).padStart(2, '0')}-01`;
        const end = new Date(Date.UTC(2024, number, 1)).toISOString().slice(0, 10);
        const bill = await billOf('residential-jeju-time-of-use', {
          start,
          end,
          usage: { intervals: quarterHours(start, end, 1) },
          contractKw: '1',
        });
        expect([number, ...energyRates(bill)]).toEqual([number, String(off), String(mid), String(on)]);
        expect(amounts(bill)['base']).toBe(String(base_won_per_kw));
      }
  });
});

function energyRates(bill: RatedBill): string[] {
  const byPeriod = bill.lines.filter(({ charge, timeOfUse }) => charge === 'energy' && timeOfUse);
  return ['off-peak', 'mid-peak', 'on-peak'].map(
    (load) => byPeriod.find(({ timeOfUse }) => timeOfUse!.endsWith(load))!.rate,
  );
}

/** What the lines of a charge count together; a line of a part of the period has its share of the quantity. */
function quantityOf(bill: RatedBill, charge: string): string {
  const lines = bill.lines.filter((line) => line.charge === charge && line.code !== `${charge}-rounding`);
  return sum(
    lines.map(({ quantity, days, ofDays }) =>
      exact(quantity)
        .times(days ?? 1)
        .div(ofDays ?? 1),
    ),
  )
    .toDecimalPlaces(6)
    .toFixed();
}

function total(bill: RatedBill): string {
  return sum(bill.lines.map(({ amount }) => exact(amount))).toFixed();
}
