import { describe, expect, it } from '@jest/globals';
import { householdElectricity, householdGas, householdHeat, intervalUse } from './household-load.ts';
import { outdoorTemperature, seoul } from './weather.ts';

const HOUR = 3_600_000;
const place = { climate: seoul, utcOffsetSeconds: 9 * 3600 };

const month = (year: number, number: number) => {
  const from = Date.UTC(year, number - 1, 1);
  return Array.from({ length: (Date.UTC(year, number, 1) - from) / HOUR }, (_, hour) => from + hour * HOUR);
};
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const meanTemperature = (hours: number[]) =>
  sum(hours.map((at) => outdoorTemperature(seoul, at, place.utcOffsetSeconds))) / hours.length;
const used = (shape: ReturnType<typeof householdGas>, hours: number[]) =>
  sum(hours.map((start) => intervalUse(shape, 'M1', start, 3600, place)));

describe('the weather of Seoul', () => {
  it('is near the normals of its coldest and warmest months', () => {
    expect(Math.abs(meanTemperature(month(2026, 1)) + 1)).toBeLessThan(4);
    expect(Math.abs(meanTemperature(month(2026, 8)) - 26)).toBeLessThan(4);
  });
  it('is colder before dawn than after noon', () => {
    const at = (hour: number) =>
      outdoorTemperature(seoul, Date.UTC(2026, 4, 5, hour - 9), place.utcOffsetSeconds);
    expect(at(15) - at(5)).toBeGreaterThan(4);
  });
});

describe('a household', () => {
  it('heats in winter and cools in summer', () => {
    expect(used(householdGas(1), month(2026, 1))).toBeGreaterThan(2 * used(householdGas(1), month(2026, 7)));
    expect(used(householdHeat(1), month(2026, 1))).toBeGreaterThan(
      2 * used(householdHeat(1), month(2026, 7)),
    );
    expect(used(householdElectricity(1), month(2026, 8))).toBeGreaterThan(
      1.1 * used(householdElectricity(1), month(2026, 4)),
    );
  });
  it('uses between 150 and 500 kWh in a month without heating or cooling', () => {
    const kWh = used(householdElectricity(1), month(2026, 4)) / 1000;
    expect(kWh).toBeGreaterThan(150);
    expect(kWh).toBeLessThan(500);
  });
  it('never gives anything back, and always says the same', () => {
    for (const start of month(2026, 2)) {
      const use = intervalUse(householdElectricity(0.5), 'M2', start, 900, place);
      expect(use).toBeGreaterThanOrEqual(0);
      expect(intervalUse(householdElectricity(0.5), 'M2', start, 900, place)).toBe(use);
    }
  });
});
