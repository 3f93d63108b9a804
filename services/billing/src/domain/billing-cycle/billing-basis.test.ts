import { describe, expect, it } from '@jest/globals';
import type { ServiceKind } from '@metermesh/metering';
import { billedReadingType } from './billing-basis.ts';
import type { Tariff } from '../tariff/tariff.ts';

const rating = (unit: string) => ({ id: 'acme/tariff', unit }) as Tariff;
const billed = (unit: string, serviceKind: ServiceKind) =>
  billedReadingType(rating(unit), serviceKind, 'UP-1');

describe('what a tariff bills', () => {
  it.each<[string, ServiceKind, string]>([
    ['kWh', 'ELECTRICITY', 'active-energy-import'],
    ['m3', 'GAS', 'gas-volume'],
    ['m3', 'WATER', 'water-volume'],
    ['kWh', 'HEAT', 'heat-energy'],
  ])('in %s of %s is %s', (unit, serviceKind, code) => {
    expect(billed(unit, serviceKind)).toMatchObject({ code });
  });

  it.each<[string, ServiceKind]>([
    ['kWh', 'GAS'],
    ['m3', 'ELECTRICITY'],
    ['kWh', 'ENVIRONMENT'],
    ['°C', 'ENVIRONMENT'],
    ['ppm', 'ENVIRONMENT'],
  ])('in %s of %s is nothing', (unit, serviceKind) => {
    expect(billed(unit, serviceKind)).toMatchObject({ code: 'TARIFF_UNFIT' });
  });

  it('is of its own kind of service, where cubic metres are of several', () => {
    const water = { ...rating('m3'), serviceKind: 'water' as const };
    expect(billedReadingType(water, 'WATER', 'UP-1')).toMatchObject({ code: 'water-volume' });
    expect(billedReadingType(water, 'GAS', 'UP-1')).toMatchObject({ code: 'TARIFF_UNFIT' });
  });
});
