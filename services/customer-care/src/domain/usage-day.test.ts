import { describe, expect, it } from '@jest/globals';
import { Quality } from '@metermesh/metering';
import { dayTotal } from './usage-day.ts';

describe('the total of a day', () => {
  it('leaves out what is missing, and keeps what is suspect or estimated', () => {
    const qualities = Uint8Array.of(Quality.Actual, Quality.Suspect, Quality.Missing, Quality.Estimated);
    expect(dayTotal({ values: [100, 20, 999, 3], qualities })).toEqual({ total: 123, known: 3, missing: 1 });
  });
  it('is nothing for a day of which nothing is known', () => {
    const qualities = Uint8Array.of(Quality.Missing, Quality.Missing);
    expect(dayTotal({ values: [0, 0], qualities })).toEqual({ total: 0, known: 0, missing: 2 });
  });
});
