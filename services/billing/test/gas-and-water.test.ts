import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { readTariff } from '../src/adapters/tariff-library.ts';
import {
  chargeAmount,
  rateBill,
  type RatedBill,
  type RatingRequest,
} from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { parsed } from './small-tariff.ts';

/** Bills worked by hand from the published rates; each comment is the arithmetic. */
describe('gas at the price cap of Great Britain', () => {
  const bill = (request: RatingRequest) => billOf('ofgem/gas-price-cap-direct-debit', request);

  it('charges a spring month', async () => {
    // 120 m³ × 1.02264 × 39.4 ÷ 3.6 = 1,343.0672 kWh × 6.99 p = 93.88; 30 days × 32.67 p = 9.80
    const april = await bill({
      start: '2025-04-01',
      end: '2025-05-01',
      usage: { m3: '120' },
      gas: { calorificValue: '39.4' },
    });
    expect(amounts(april, 'standing', 'energy')).toEqual(['9.8', '93.88']);
    expect(april.total).toBe('103.68');
  });

  it('changes prices inside a bill, by days', async () => {
    // 16 of 31 days in September: 31 m³ × 1.02264 × 36 ÷ 3.6 = 317.0184 kWh; × (16 × 6.33 + 15 × 6.29) ÷ 31 p = 20.01;
    // 16 × 29.82 + 15 × 34.03 p = 9.8757
    const autumn = await bill({
      start: '2025-09-15',
      end: '2025-10-16',
      usage: { m3: '31' },
      gas: { calorificValue: '36' },
    });
    expect(amounts(autumn, 'standing', 'energy')).toEqual(['9.88', '20.01']);
  });

  it('ends where no price is known', async () => {
    const tariff = await known('ofgem/gas-price-cap-direct-debit');
    const spring = {
      start: '2026-03-15',
      end: '2026-04-15',
      usage: { m3: '1' },
      gas: { calorificValue: '39' },
    };
    expect(rateBill(tariff, spring)).toMatchObject({ code: 'TARIFF_NOT_EFFECTIVE' });
  });
});

describe('water of Seoul', () => {
  it('charges a household of four for two months', async () => {
    // 2 × 1,080 + 48 m³ × (580 + 480 + 170): 2,160 + 27,840 + 23,040 + 8,160
    const bill = await billOf('seoul/water-household', {
      start: '2026-03-01',
      end: '2026-05-01',
      usage: { m3: '48' },
      attributes: { 'pipe-size-mm': '15' },
    });
    expect(amounts(bill, 'meter-size', 'water', 'sewage', 'water-use')).toEqual([
      '2160',
      '27840',
      '23040',
      '8160',
    ]);
    expect(bill.total).toBe('61200');
  });

  it('does not guess the charge of a pipe it does not know, nor the pipe', async () => {
    const tariff = await known('seoul/water-household');
    const march = { start: '2026-03-01', end: '2026-04-01', usage: { m3: '24' } };
    expect(rateBill(tariff, march)).toMatchObject({ code: 'ATTRIBUTE_REQUIRED' });
    expect(rateBill(tariff, { ...march, attributes: { 'pipe-size-mm': '500' } })).toMatchObject({
      code: 'ATTRIBUTE_UNKNOWN',
    });
  });
});

describe('water of Pohang', () => {
  const march = { start: '2024-03-01', end: '2024-04-01' };

  it('charges a household by tiers of water and of sewage', async () => {
    // 780 + (20 × 585 + 10 × 990 + 5 × 1,265) + (20 × 237 + 10 × 355 + 5 × 474) + 35 × 117.5 = 4,112.5
    const bill = await billOf('pohang/water-household', {
      ...march,
      usage: { m3: '35.9' },
      attributes: { 'pipe-size-mm': '13' },
    });
    expect(amounts(bill, 'meter-size', 'water', 'sewage', 'water-use')).toEqual([
      '780',
      '27925',
      '10660',
      '4112',
    ]);
    expect(bill.total).toBe('43477');
  });

  it('charges three people the 9,360 won of water that the city names for 16 m³', async () => {
    const bill = await billOf('pohang/water-household', {
      ...march,
      usage: { m3: '16' },
      attributes: { 'pipe-size-mm': '13' },
    });
    expect(amounts(bill, 'water')).toEqual(['9360']);
  });

  it('charges a shop by the size of its pipe', async () => {
    // 14,840 + (100 × 950 + 200 × 1,385 + 50 × 1,560) + (100 × 431 + 200 × 647 + 50 × 862) + 350 × 117.5
    const bill = await billOf('pohang/water-general', {
      ...march,
      usage: { m3: '350' },
      attributes: { 'pipe-size-mm': '40' },
    });
    expect(amounts(bill, 'meter-size', 'water', 'sewage', 'water-use')).toEqual([
      '14840',
      '450000',
      '215600',
      '41125',
    ]);
  });

  it('widens tiers to the months of a bill', async () => {
    // two months: 40 m³ in the first tier and 20 in the second
    const bill = await billOf('pohang/water-household', {
      start: '2024-03-01',
      end: '2024-05-01',
      usage: { m3: '60' },
      attributes: { 'pipe-size-mm': '20' },
    });
    expect(amounts(bill, 'meter-size', 'water')).toEqual(['6360', '43200']); // 2 × 3,180; 40 × 585 + 20 × 990
  });
});

/** Tariffs of which a city published worked bills but no complete table, as they stand in these bills. */
describe('water bills as cities work them out', () => {
  it('Ansan: a household, 13 mm, 50 m³', () => {
    const tariff = waterTariff({ '13': '570' }, ['20', '40'], ['410', '610', '890'], ['300', '460', '700']);
    const bill = waterBill(tariff, '50', '13');
    expect(amounts(bill, 'water', 'sewage', 'water-use', 'meter-size')).toEqual([
      '29300',
      '22200',
      '8500',
      '570',
    ]);
    expect(bill.total).toBe('60570');
  });

  it('Gimhae: a household of 26 m³, and 115 households behind a pipe of 100 mm', () => {
    const tariff = waterTariff({ '13': '1100', '100': '61850' }, [], ['850'], ['820']);
    expect(waterBill(tariff, '26', '13').total).toBe('48940');
    expect(waterBill(tariff, '2400', '100').total).toBe('4477850');
  });

  it('Gimhae: a shop of 57 m³', () => {
    const tariff = waterTariff({ '13': '1100' }, ['50'], ['1520', '2160'], ['890', '1300']);
    const bill = waterBill(tariff, '57', '13');
    expect(amounts(bill, 'water', 'sewage')).toEqual(['91120', '53600']);
    expect(bill.total).toBe('155510');
  });
});

function waterTariff(
  pipes: Record<string, string>,
  limits: string[],
  water: string[],
  sewage: string[],
): Tariff {
  const since = <T>(value: T) => [{ from: '2020-01-01', value }];
  const tiered = (code: string, rate: string[]) => ({
    code,
    kind: 'progressive',
    name: { en: code },
    tiers: since({ year: limits }),
    rate: since(rate),
  });
  return parsed({
    id: 'example/water',
    name: { en: 'Water' },
    source: 'the case under test',
    currency: 'KRW',
    unit: 'm3',
    billingMonth: { shortestDays: 25, longestDays: 35 },
    seasons: [{ code: 'year', from: '01-01', to: '12-31' }],
    proration: { amount: { to: '1', mode: 'down' } },
    charges: [
      {
        code: 'meter-size',
        kind: 'fixed-by-attribute',
        name: { en: 'Meter size' },
        attribute: 'pipe-size-mm',
        rate: since(pipes),
      },
      tiered('water', water),
      tiered('sewage', sewage),
      { code: 'water-use', kind: 'flat', name: { en: 'Water use' }, rate: since('170') },
    ],
  });
}

function waterBill(tariff: Tariff, m3: string, pipe: string): RatedBill {
  return rated(tariff, {
    start: '2024-03-01',
    end: '2024-04-01',
    usage: { m3 },
    attributes: { 'pipe-size-mm': pipe },
  });
}

async function billOf(id: string, request: RatingRequest): Promise<RatedBill> {
  return rated(await known(id), request);
}

async function known(id: string): Promise<Tariff> {
  const tariff = await readTariff(id);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  return tariff;
}

function rated(tariff: Tariff, request: RatingRequest): RatedBill {
  const bill = rateBill(tariff, request);
  if (isRefusal(bill)) throw new Error(`${bill.code}: ${bill.message}`);
  return bill;
}

function amounts(bill: RatedBill, ...charges: string[]): string[] {
  return charges.map((charge) => chargeAmount(bill, charge));
}
