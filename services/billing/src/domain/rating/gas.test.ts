import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { period, since2024, tariffOf } from '../../../test/rating.test-kit.ts';
import { rateBill, type RatingRequest } from './rate-bill.ts';

describe('gas', () => {
  const conversion = { standard: { pressureKPa: '101.325', temperatureC: '15' }, energyUnit: 'MJ' };
  const rated = (more: object, gas: RatingRequest['gas'], quantity = 'energy') => {
    const tariff = tariffOf([{ code: 'gas', kind: 'flat', quantity, rate: since2024('1') }], {
      unit: 'm3',
      conversion: { ...conversion, ...more },
    });
    const found = rateBill(tariff, { start: '2024-03-01', end: '2024-04-01', usage: { m3: '62' }, gas });
    return isRefusal(found) ? found.code : found.total;
  };

  it('is converted by pressure and temperature', () => {
    // (2.1 + 101.325) / 101.325 × 288.15 / 278.15 = 1.0574 to four digits
    const more = { factorRounding: { to: '0.0001', mode: 'half-up' } };
    expect(rated(more, { gaugePressureKPa: '2.1', temperatureC: '5' }, 'standard-volume')).toBe('65.5588');
    expect(rated(more, { gaugePressureKPa: '2.1', temperatureC: '5', calorificValue: '40' })).toBe(
      '2622.352',
    );
  });

  it('has the calorific value of each day', () => {
    const byDay = Object.fromEntries(
      period('2024-03-01', '2024-04-01').days.map((date, day) => [date, day < 11 ? '42' : '40']),
    );
    // 22 m3 at 42 and 40 at 40
    expect(rated({}, { correctionFactor: '1', calorificValue: byDay })).toBe('2524');
  });

  it('needs what it is converted by', () => {
    expect(rated({}, { temperatureC: '5', calorificValue: '40' })).toBe('GAS_PRESSURE_REQUIRED');
    expect(rated({}, { gaugePressureKPa: '2', calorificValue: '40' })).toBe('GAS_TEMPERATURE_REQUIRED');
    expect(rated({}, { correctionFactor: '1' })).toBe('CALORIFIC_VALUE_REQUIRED');
  });
});
