import { describe, expect, it } from '@jest/globals';
import { Quality } from '@metermesh/metering';
import { intervalsOfSamples } from './intervals-of-samples.ts';

const sample = (minutes: number, degrees: number, isDoubtful = false) => ({
  id: `s${minutes}`,
  serialNumber: 'T1',
  readAt: minutes * 60_000,
  value: BigInt(Math.round(degrees * 1000)) * 1_000_000n,
  isDoubtful,
});

describe('interval values from samples', () => {
  const grid = { start: 0, intervalSeconds: 900, count: 4 };

  it('are means of what was sampled in the interval, below zero as well', () => {
    const samples = [
      sample(0, 20.5),
      sample(14.9, 21.5),
      sample(15, -3.2),
      sample(31, 5, true),
      sample(60, 9),
    ];
    const { values, qualities, from } = intervalsOfSamples([...samples].reverse(), grid);
    expect([...values]).toEqual([21_000, -3200, 5000, 0]);
    expect([...qualities]).toEqual([Quality.Actual, Quality.Actual, Quality.Suspect, Quality.Missing]);
    expect(from).toEqual(['s0', 's14.9', 's15', 's31']);
  });
});
