import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import fc from 'fast-check';
import { parsed } from '../../../test/small-tariff.ts';
import type { GasConversion } from '../tariff/gas-conversion.ts';
import { decimalString, exact, sum } from './exact.ts';
import { rateBill, type RatedBill, type RatingRequest } from './rate-bill.ts';

const always = <T>(value: T) => [{ from: '2024-01-01', value }];
const germanConditions = {
  standard: { pressureKPa: '101.325', temperatureC: '0' },
  energyUnit: 'kWh' as const,
};
const day = { start: '2024-01-01', end: '2024-01-02' };
const threeDays = { start: '2024-01-01', end: '2024-01-04' };

/** A tariff on which a kWh (or MJ) costs 1. */
function gasTariff(conversion: GasConversion) {
  return parsed({
    id: 'example/gas',
    name: { en: 'Gas' },
    source: 'made up',
    currency: 'EUR',
    unit: 'm3',
    billingMonth: { shortestDays: 28, longestDays: 31 },
    seasons: [{ code: 'year', from: '01-01', to: '12-31' }],
    conversion,
    proration: { amount: { to: '0.01', mode: 'half-up' } },
    charges: [
      { code: 'energy', kind: 'flat', name: { en: 'Energy' }, quantity: 'energy', rate: always('1') },
    ],
  });
}

function converted(conversion: GasConversion, request: RatingRequest): RatedBill {
  const bill = rateBill(gasTariff(conversion), request);
  if (isRefusal(bill)) throw new Error(`${bill.code}: ${bill.message}`);
  return bill;
}

function quantity({ determinants }: RatedBill, code: string): string | undefined {
  return determinants.find((one) => one.code === code)?.quantity;
}

describe('gas at the meter', () => {
  it.each([
    // A network operator's published derivation by DVGW G 685: 1,012.04 mbar of air, 22 mbar above it, 15 °C
    ['101.204', '2.2', '15', '1', '0.9674'],
    // half the space at twice the pressure
    ['101.325', '101.325', '0', '1', '2'],
    // a third less dense than an ideal gas would be
    ['101.325', '101.325', '0', '1.25', '1.6'],
  ])(
    'at %s + %s kPa, %s °C and a compressibility of %s has %s times the standard volume',
    (air, gauge, celsius, compressibility, factor) => {
      const conversion = { ...germanConditions, factorRounding: { to: '0.0001', mode: 'half-up' as const } };
      const bill = converted(conversion, {
        ...day,
        usage: { m3: '100' },
        gas: {
          atmosphericPressureKPa: air,
          gaugePressureKPa: gauge,
          temperatureC: celsius,
          compressibility,
          calorificValue: '36',
        },
      });
      expect(quantity(bill, 'correction-factor')).toBe(factor);
      expect(quantity(bill, 'standard-volume')).toBe(exact(factor).times(100).toFixed());
      expect(bill.total).toBe(exact(factor).times(1000).toFixed());
    },
  );

  it('has the energy that a British supplier publishes for 100 cubic feet: 31.73 kWh', () => {
    const conversion = {
      standard: { pressureKPa: '101.325', temperatureC: '15' },
      correctionFactor: always('1.02264'),
      energyUnit: 'kWh' as const,
      energyRounding: { to: '0.01', mode: 'half-up' as const },
    };
    const gas = { calorificValue: '39.47333' };
    expect(converted(conversion, { ...day, usage: { m3: '2.83' }, gas }).total).toBe('31.73');
  });

  it('carries the calorific value of its day', () => {
    const conversion = { ...germanConditions, correctionFactor: always('1'), energyUnit: 'MJ' as const };
    const gas = { calorificValue: { '2024-01-01': '38', '2024-01-02': '40', '2024-01-03': '42' } };
    const byDay = { intervals: { start: '2024-01-01', minutes: 1440, m3: ['10', '0', '30'] } };
    expect(converted(conversion, { ...threeDays, usage: byDay, gas }).total).toBe('1640'); // 380 + 1,260
    expect(converted(conversion, { ...threeDays, usage: { m3: '40' }, gas }).total).toBe('1600'); // 40 × 40
  });

  it('is the sum of its days, whatever their volumes, temperatures and calorific values', () => {
    const dates = ['2024-01-01', '2024-01-02', '2024-01-03'];
    const days = fc.array(
      fc.record({
        m3: fc.integer({ min: 1, max: 100_000 }),
        celsius: fc.integer({ min: -20, max: 35 }),
        MJ: fc.integer({ min: 30_000, max: 45_000 }),
      }),
      { minLength: 3, maxLength: 3 },
    );
    fc.assert(
      fc.property(days, (used) => {
        const byDate = (of: (one: (typeof used)[number]) => string) =>
          Object.fromEntries(dates.map((date, index) => [date, of(used[index]!)]));
        const conversion = { ...germanConditions, gaugePressureKPa: '2.2', energyUnit: 'MJ' as const };
        const bill = converted(conversion, {
          ...threeDays,
          usage: { intervals: { start: '2024-01-01', minutes: 1440, m3: used.map(({ m3 }) => String(m3)) } },
          gas: {
            temperatureC: byDate(({ celsius }) => String(celsius)),
            calorificValue: byDate(({ MJ }) => exact(MJ).div(1000).toFixed()),
          },
        });
        const expected = sum(
          used.map(({ m3, celsius, MJ }) =>
            exact(m3)
              .times(MJ)
              .div(1000)
              .times('103.525')
              .times('273.15')
              .div(exact('101.325').times(exact('273.15').plus(celsius))),
          ),
        );
        expect(quantity(bill, 'energy')).toBe(decimalString(expected));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['CALORIFIC_VALUE_REQUIRED', { correctionFactor: '1' }],
    ['CALORIFIC_VALUE_REQUIRED', { correctionFactor: '1', calorificValue: { '2024-01-02': '40' } }],
    ['GAS_PRESSURE_REQUIRED', { temperatureC: '15', calorificValue: '40' }],
    ['GAS_TEMPERATURE_REQUIRED', { gaugePressureKPa: '2.2', calorificValue: '40' }],
  ])('is refused as %s where that is not known', (code, gas) => {
    const refused = rateBill(gasTariff(germanConditions), { ...day, usage: { m3: '1' }, gas });
    expect(refused).toMatchObject({ code, message: expect.stringContaining('2024-01-01') });
  });
});
