import { describe, expect, it } from '@jest/globals';
import { Quality, type LoadProfile } from '@metermesh/metering';
import { validate } from './validate.ts';

const profile = (
  values: number[],
  qualities = values.map(() => Quality.Actual as number),
  readingType = 'active-energy-import',
): LoadProfile => ({
  readingType,
  start: 0,
  intervalSeconds: 900,
  values: Int32Array.from(values),
  qualities: Uint8Array.from(qualities),
});

describe('validation', () => {
  it('doubts what flows backwards and what no fuse lets pass, and changes no value', () => {
    const validated = validate(profile([0, 25_875, 25_876, -1]), 1);
    expect([...validated.qualities]).toEqual([
      Quality.Actual,
      Quality.Actual,
      Quality.Suspect,
      Quality.Suspect,
    ]);
    expect([...validated.values]).toEqual([0, 25_875, 25_876, -1]);
  });
  it('allows more behind a transformer', () => {
    expect([...validate(profile([1_000_000]), 40).qualities]).toEqual([Quality.Actual]);
  });
  it('knows what a sensor can see: frost is no fault, and 200 °C is', () => {
    const temperature = profile([-40_000, 21_500, 200_000, -90_001], undefined, 'temperature:cellar');
    expect([...validate(temperature, 1).qualities]).toEqual([
      Quality.Actual,
      Quality.Actual,
      Quality.Suspect,
      Quality.Suspect,
    ]);
    expect([...validate(profile([1000, 1001], undefined, 'relative-humidity'), 40).qualities]).toEqual([
      Quality.Actual,
      Quality.Suspect,
    ]);
  });
  it('judges a sub-meter as its reading type', () => {
    const plug = profile([25_876], undefined, 'active-energy-import:refrigerator');
    expect([...validate(plug, 1).qualities]).toEqual([Quality.Suspect]);
  });
  it('leaves alone what is estimated or missing already', () => {
    const given = profile([-1, 99_999], [Quality.Estimated, Quality.Missing]);
    expect(validate(given, 1)).toBe(given);
  });
});
