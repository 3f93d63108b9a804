import { describe, expect, it } from '@jest/globals';
import { Quality, type LoadProfile } from '@metermesh/metering';
import { validate } from './validate.ts';

const profile = (values: number[], qualities = values.map(() => Quality.Actual as number)): LoadProfile => ({
  readingType: 'active-energy-import',
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
  it('leaves alone what is estimated or missing already', () => {
    const given = profile([-1, 99_999], [Quality.Estimated, Quality.Missing]);
    expect(validate(given, 1)).toBe(given);
  });
});
