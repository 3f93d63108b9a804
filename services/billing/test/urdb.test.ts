import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { chargeAmount, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import { rateMonths, type RatedMonths } from '../src/domain/rating/rate-months.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { importUrdb } from '../src/domain/urdb/import-urdb.ts';

const DAY_HOURS = 24;
const corpus = process.env['METERMESH_CORPUS'];

/**
 * Rates of the US Utility Rate Database over modelled years, of whose hours the case says what was used. A modelled year goes
 * round: the year before had the same demand.
 */
(corpus ? describe : describe.skip)('URDB rates (METERMESH_CORPUS)', () => {
  let cases: Case[];
  beforeAll(async () => {
    cases = (await read('expected.json')) as Case[];
  });
  const named = (part: string) => cases.find(({ name }) => name.includes(part))!;
  const tariffOf = async (part: string) => imported(await read(named(part).file!));

  it('tiers of demand over a flat load', async () => {
    const year = rated(await tariffOf('tiered_tou_demand'), 2023, () => (1_000_000 / 8760).toFixed(9));
    expect(cost(year, isDemand)).toBeCloseTo(named('tiered_tou_demand').annual_demand_cost!, 2);
  });

  it.each([
    [2023, 'leap_year 2023'],
    [2024, 'leap_year 2024'],
  ])('hours of %i fall on the days of their week', async (year, name) => {
    const used = hourOfYear(31 * DAY_HOURS + 29 * DAY_HOURS + 3 * DAY_HOURS + 16);
    const months = rated(await tariffOf(name), year, (hour) => (hour === used ? '10' : '0'));
    expect(cost(months, isEnergy)).toBeCloseTo(named(name).energy_cost!, 2);
    expect(cost(months, isDemand)).toBeCloseTo(named(name).demand_cost!, 2);
  });

  it('29 February belongs to February', async () => {
    const expected = named('feb29');
    const used = [27, 28].map((day) => hourOfYear(31 * DAY_HOURS + day * DAY_HOURS + 8));
    const tariff = await tariffOf('feb29');
    const facility = (year: number) =>
      cost(
        rated(tariff, year, (hour) => (used.includes(hour) ? '10' : '0')),
        (code) => code === 'demand',
      );
    expect(facility(2023)).toBeCloseTo(expected.demand_cost_2023!, 2);
    expect(facility(2024)).toBeCloseTo(expected.demand_cost_2024!, 2);
  });

  it.each([
    ['lookback months', { lookbackmonths: [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] }],
    ['rolling 6-month', { lookbackrange: 6 }],
  ])('%s raise the demand of others', (name, ratchet) => {
    const expected = named(name);
    const tariff = imported({
      flatdemandstructure: expected.monthly_demand_rates!.map((rate) => [{ rate }]),
      flatdemandmonths: Array.from({ length: 12 }, (_, month) => month),
      lookbackpercent: 0.75,
      ...ratchet,
    });
    const peaks = new Map(
      [22, 2403, 4088, 8333].map((hour, peak) => [hourOfYear(hour), ['200', '400', '500', '300'][peak]]),
    );
    const year = rated(tariff, 2022, (hour) => peaks.get(hour) ?? '100');
    expect(year.months.map(billedKw)).toEqual(expected.monthly_billed_kw!.map(String));
    expect(cost(year, isDemand)).toBe(expected.annual_demand_cost);
  });

  it('URDB 539f6a23ec4f024411ec8bf9, as the database has it: 10.50 $/kW from November to April, else 11.50; 35 % of the year’s highest', () => {
    const expected = named('539f6a23ec4f024411ec8bf9');
    const rate = {
      label: '539f6a23ec4f024411ec8bf9',
      flatdemandunit: 'kW',
      flatdemandstructure: [[{ rate: 11.5 }], [{ rate: 10.5 }]],
      flatdemandmonths: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1],
    };
    const share = 0.35;
    for (const lookBack of [
      { demandratchetpercentage: Array(12).fill(share) },
      { lookbackpercent: share, lookbackmonths: Array(12).fill(1) },
    ]) {
      const year = rated(imported({ ...rate, ...lookBack }), 2022, (hour) =>
        hour === hourOfYear(8) ? '100' : '1',
      );
      expect(cost(year, isDemand)).toBe(expected.annual_demand_cost);
    }
  });

  it('a daily charge, tiers of the summer and demand in tiers', async () => {
    const tariff = imported(await read('multi_tier_urdb_response.json'));
    // 50 kW, a flat load; June: 720 h × 50 = 36,000 kWh
    const year = rated(tariff, 2023, () => '50');
    const [january, june] = [year.months[0]!, year.months[5]!];
    expect(chargeAmount(june, 'customer')).toBe('98.94'); // 30 × 3.298
    expect(chargeAmount(june, 'energy')).toBe('2537.82'); // 20,000 × 0.078891 + 16,000 × 0.06
    expect(chargeAmount(june, 'demand-period-1')).toBe('1218.4'); // 50 × 24.368
    expect(chargeAmount(january, 'energy')).toBe('2296.3932'); // 37,200 × 0.061731
    const large = rated(tariff, 2023, () => '150');
    expect(chargeAmount(large.months[5]!, 'demand-period-1')).toBe('3288.35'); // 100 × 24.368 + 50 × 17.031
  });

  async function read(file: string): Promise<unknown> {
    return JSON.parse(await readFile(join(corpus!, 'urdb', file), 'utf8'));
  }
});

interface Case {
  name: string;
  file?: string;
  annual_demand_cost?: number;
  energy_cost?: number;
  demand_cost?: number;
  monthly_demand_rates?: number[];
  monthly_billed_kw?: number[];
  demand_cost_2023?: number;
  demand_cost_2024?: number;
}

/** The cases count hours from 1. */
const hourOfYear = (counted: number): number => counted - 1;
const isDemand = (code: string): boolean => code.startsWith('demand');
const isEnergy = (code: string): boolean => code.startsWith('energy');

function rated(tariff: Tariff, year: number, kWh: (hour: number) => string): RatedMonths {
  const days = (Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / 86_400_000;
  const months = rateMonths(
    tariff,
    {
      start: `${year}-01-01`,
      end: `${year + 1}-01-01`,
      usage: {
        intervals: {
          start: `${year}-01-01T00:00`,
          minutes: 60,
          kWh: Array.from({ length: days * DAY_HOURS }, (_, hour) => kWh(hour)),
        },
      },
    },
    { sameYearBefore: true },
  );
  if (isRefusal(months)) throw new Error(`${months.code}: ${months.message}`);
  return months;
}

function cost({ months }: RatedMonths, counts: (charge: string) => boolean): number {
  const lines = months.flatMap((bill) => bill.lines).filter(({ charge }) => counts(charge));
  return lines.reduce((total, { amount }) => total + Number(amount), 0);
}

function billedKw({ determinants }: RatedBill): string | undefined {
  return determinants.find(({ code }) => code === 'billed-demand')?.quantity;
}

function imported(json: unknown): Tariff {
  const tariff = importUrdb(json);
  if (isRefusal(tariff)) throw new Error(`${tariff.code}: ${tariff.message}`);
  return tariff;
}
