import { describe, expect, it } from '@jest/globals';
import { readingTypes } from '@metermesh/metering';
import { unitRatio } from './unit-ratio.ts';
import { wholeUnits } from './whole-units.ts';

describe('the ratio of units', () => {
  it('is 1 for the unit of every reading type, and its size for the unit that people read', () => {
    for (const { unit, displayUnit } of readingTypes) {
      expect(unitRatio(unit, unit)).toEqual({ multiplier: 1n, divisor: 1n });
      expect(unitRatio(undefined, unit)).toEqual({ multiplier: 1n, divisor: 1n });
      expect(unitRatio(displayUnit.symbol, unit)).toEqual({
        multiplier: BigInt(displayUnit.size),
        divisor: 1n,
      });
    }
  });

  it('takes joules to watt-hours and loses none: 3.6 MJ are a kilowatt-hour', () => {
    const values = wholeUnits([1, 1, 1, 15, 18], unitRatio('MJ', 'Wh')!);
    expect([...values]).toEqual([278, 278, 277, 4167, 5000]);
    expect([...wholeUnits([36], unitRatio('GJ', 'Wh')!)]).toEqual([10_000_000]);
  });

  it('is none between what is not the same', () => {
    expect(unitRatio('m3', 'Wh')).toBeUndefined();
    expect(unitRatio('kWh', 'm°C')).toBeUndefined();
    expect(unitRatio('furlong', 'L')).toBeUndefined();
  });
});
