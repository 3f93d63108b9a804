import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { chargeAmount, rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { parsed } from './small-tariff.ts';

/** Bills worked by hand from the published rates; each comment is the arithmetic. */
describe('KEPCO residential bills', () => {
  it('charges tiers, climate, fuel, VAT and fund', async () => {
    // 1,600 + (200 × 120 + 150 × 214.6 = 56,190) + 3,150 + 1,750 = 62,690; VAT 6,269; 3.7 % 2,319 → 2,310; 71,269 → 71,260
    const bill = await billFor('low', '2024-03-01', '2024-04-01', '350');
    expect(charges(bill)).toEqual(['1600', '56190', '3150', '1750', '0', '6269', '2310']);
    expect(bill.total).toBe('71260');
  });

  it('charges high voltage by its own rates', async () => {
    // 1,260 + (200 × 105 + 150 × 174 = 47,100) + 3,150 + 1,750 = 53,260; VAT 5,326; 3.7 % 1,970; 60,556 → 60,550
    expect((await billFor('high', '2024-03-01', '2024-04-01', '350')).total).toBe('60550');
  });

  it('charges super users in winter, not in spring', async () => {
    // 7,300 + (24,000 + 42,920 + 184,380 + 736.2) + 9,009 + 5,005 → 273,350; VAT 27,335; 3.2 % 8,740; 309,425 → 309,420
    expect((await billFor('low', '2025-01-01', '2025-02-01', '1001')).total).toBe('309420');
    // the same with 307.3 for the last kWh: 272,921; VAT 27,292; 8,730; 308,943 → 308,940
    expect((await billFor('low', '2025-03-01', '2025-04-01', '1001')).total).toBe('308940');
  });

  it('guaranteed essential usage: 4,000, then 2,000, then nothing, and never below 1,000', async () => {
    const discount = async (start: string, end: string, kWh: string) =>
      chargeAmount(await billFor('low', start, end, kWh), 'essential-usage');
    expect(await discount('2021-02-01', '2021-03-01', '200')).toBe('-4000');
    expect(await discount('2021-02-01', '2021-03-01', '201')).toBe('0');
    // 910 + 441 + 26 − 15 = 1,362
    expect(await discount('2021-02-01', '2021-03-01', '5')).toBe('-362');
    expect(await discount('2021-08-01', '2021-09-01', '200')).toBe('-2000');
    // 10 of 30 days at 4,000 and 20 at 2,000: 2,666.67
    expect(await discount('2021-06-21', '2021-07-21', '200')).toBe('-2666');
    expect(await discount('2022-07-01', '2022-08-01', '200')).toBe('0');
  });
});

const corpus = process.env['METERMESH_CORPUS'];

/** Published cases. The Jeju and the industrial rate tables beside them carry no bills to compare with. */
(corpus ? describe : describe.skip)('published KEPCO bills (METERMESH_CORPUS)', () => {
  let published: Published;
  let totals: Totals2025;
  beforeAll(async () => {
    published = await read('published-bills.json');
    totals = await read('residential-2025-totals.json');
  });

  const worked = (id: string) => published.worked.find((one) => one.id === id)!;

  it('come out to the won as KEPCO and the press published them', async () => {
    expect(published.official.length).toBeGreaterThan(0);
    for (const { id, use_month, kwh, expected_total } of published.official) {
      const bill = await billFor('low', `${use_month}-01`, monthAfter(use_month), String(kwh));
      expect([id, bill.total]).toEqual([id, String(expected_total)]);
    }
  });

  it('from July 2025 come out in all tiers and seasons', async () => {
    expect(totals.cases.length).toBeGreaterThan(30);
    for (const { month, kwh, residential_low_won } of totals.cases) {
      const bill = await billOf2025Rates(month, kwh);
      expect([month, kwh, bill.total]).toEqual([month, kwh, String(residential_low_won)]);
    }
  });

  it('from July 2025 come out charge by charge', async () => {
    expect(totals.breakdown.length).toBeGreaterThan(0);
    for (const { month, kwh, total, ...expected } of totals.breakdown) {
      const bill = await billOf2025Rates(month, kwh);
      for (const charge of ['base', 'energy', 'fuel', 'climate', 'vat', 'fund'] as const)
        expect([kwh, charge, chargeAmount(bill, charge)]).toEqual([kwh, charge, String(expected[charge])]);
      expect(bill.lines.find((line) => line.charge === 'vat')?.quantity).toBe(String(expected.sum));
      expect(bill.total).toBe(String(total));
    }
  });

  it('across seasons: ten days of June and twenty of July', async () => {
    const { published: expected, kwh } = worked('kepco-calculator-2021-500kWh-season-split');
    const bill = await billFor('low', '2021-06-21', '2021-07-21', String(kwh));
    for (const charge of ['base', 'energy', 'climate', 'fuel', 'vat', 'fund'] as const)
      expect([charge, chargeAmount(bill, charge)]).toEqual([charge, String(expected[charge])]);
    expect(bill.total).toBe(String(expected.total));
    for (const [part, from] of [
      ['june', '2021-06-21'],
      ['july', '2021-07-01'],
    ] as const)
      for (const charge of ['base', 'energy', 'climate', 'fuel']) {
        const lines = bill.lines.filter((line) => line.charge === charge && line.from === from);
        const amount = lines.reduce((total, line) => total + Number(line.amount), 0);
        expect([part, charge, amount.toFixed(1)]).toEqual([
          part,
          charge,
          expected[part]![charge]!.toFixed(1),
        ]);
      }
  });

  it('across a price change: 21 days at the old price, 10 at the new', async () => {
    const { published: expected, kwh } = worked('kepco-notice-2022-04-price-change-350kWh');
    const bill = await billFor('low', '2022-03-11', '2022-04-11', String(kwh));
    expect(chargeAmount(bill, 'energy')).toBe(String(expected.energy));
    expect(chargeAmount(bill, 'climate')).toBe(String(expected.climate));
    for (const tier of [1, 2]) {
      const lines = bill.lines.filter((line) => line.code === `energy-tier-${tier}`);
      const amount = lines.reduce((total, line) => total + Number(line.amount), 0);
      expect(Math.floor(amount)).toBe(expected[`step${tier}`]);
    }
  });

  it('of the six tiers before December 2016, through a tariff of those rates', () => {
    // As published it names 325 kWh but computes 225, which the case itself says to use.
    const {
      published: expected,
      kwh_effective,
      tiers,
      base_by_usage,
    } = worked('kepco-example-2016-325kWh-6step');
    const limits = tiers!.slice(0, -1).map((_, index) => String(100 * (index + 1)));
    const tariff = oldResidential([
      {
        ...charge('base', 'fixed-by-tier'),
        tiersOf: 'energy',
        rate: since2012(Object.values(base_by_usage!).map(String)),
      },
      {
        ...charge('energy', 'progressive'),
        tiers: since2012({ all: limits }),
        rate: since2012(tiers!.map(([, price]) => String(price))),
      },
    ]);
    const bill = rated(tariff, '2016-08-01', '2016-09-01', String(kwh_effective));
    for (const code of ['base', 'energy', 'vat', 'fund'] as const)
      expect([code, chargeAmount(bill, code)]).toEqual([code, String(expected[code])]);
    expect(bill.total).toBe(String(expected.total));
  });

  it('of an electric car, which is no residential service: only its taxes and rounding, from its published charges', () => {
    const { published: expected } = worked('real-bill-2016-12-EV');
    const tariff = oldResidential(
      (['base', 'energy', 'ev_discount', 'autopay_discount'] as const).map((code) => ({
        ...charge(code.replace('_', '-'), 'fixed'),
        rate: since2012(String(expected[code])),
      })),
    );
    const bill = rated(tariff, '2016-12-05', '2017-01-05', '0');
    expect(chargeAmount(bill, 'vat')).toBe(String(expected.vat));
    expect(chargeAmount(bill, 'fund')).toBe(String(expected.fund));
    expect(chargeAmount(bill, 'total')).toBe(String(expected.won_truncation));
    expect(bill.total).toBe(String(expected.total));
  });

  /** January to June under the fund rate of July 2025 are those of 2026. */
  function billOf2025Rates(month: number, kWh: number): Promise<RatedBill> {
    const useMonth = `${month >= 7 ? 2025 : 2026}-${String(month).padStart(2, '0')}`;
    return billFor('low', `${useMonth}-01`, monthAfter(useMonth), String(kWh));
  }

  async function read<T>(file: string): Promise<T> {
    return JSON.parse(await readFile(join(corpus!, 'kepco', file), 'utf8')) as T;
  }
});

interface Published {
  official: { id: string; use_month: string; kwh: number; expected_total: number }[];
  worked: {
    id: string;
    kwh: number;
    kwh_effective?: number;
    tiers?: [number | null, number][];
    base_by_usage?: Record<string, number>;
    published: Record<string, number> & Partial<Record<'june' | 'july', Record<string, number>>>;
  }[];
}

type Breakdown = Record<'base' | 'energy' | 'fuel' | 'climate' | 'sum' | 'vat' | 'fund', number>;

interface Totals2025 {
  cases: { month: number; kwh: number; residential_low_won: number }[];
  breakdown: (Breakdown & { month: number; kwh: number; total: number })[];
}

async function billFor(voltage: 'low' | 'high', start: string, end: string, kWh: string): Promise<RatedBill> {
  const tariff = await readTariff(`kepco/residential-${voltage}-voltage`);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  return rated(tariff, start, end, kWh);
}

function rated(tariff: Tariff, start: string, end: string, kWh: string): RatedBill {
  const bill = rateBill(tariff, { start, end, usage: { kWh } });
  if (isRefusal(bill)) throw new Error(bill.message);
  return bill;
}

function charges(bill: RatedBill): string[] {
  return ['base', 'energy', 'climate', 'fuel', 'essential-usage', 'vat', 'fund'].map((code) =>
    chargeAmount(bill, code),
  );
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
}

/** A tariff of given charges with the taxes and rounding of Korean residential bills. */
function oldResidential(subject: ({ code: string } & Record<string, unknown>)[]): Tariff {
  const of = subject.map(({ code }) => code);
  return parsed({
    id: 'kepco/residential-before-2017',
    name: { en: 'Residential, before 2017' },
    source: 'the case under test',
    currency: 'KRW',
    unit: 'kWh',
    billingMonth: { shortestDays: 25, longestDays: 35 },
    seasons: [{ code: 'all', from: '01-01', to: '12-31' }],
    proration: { amount: { to: '0.01', mode: 'half-up' } },
    charges: [
      ...subject,
      { ...charge('vat', 'percentage'), of, rate: since2012('0.1'), rounding: { to: '1', mode: 'half-up' } },
      { ...charge('fund', 'percentage'), of, rate: since2012('0.037'), rounding: { to: '10', mode: 'down' } },
    ],
    totalRounding: { to: '10', mode: 'down' },
  });
}

function charge(code: string, kind: string) {
  return { code, kind, name: { en: code }, rounding: { to: '1', mode: 'down' } };
}

function since2012<T>(value: T) {
  return [{ from: '2012-01-01', value }];
}
