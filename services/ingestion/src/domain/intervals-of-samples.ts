import { Quality } from '@metermesh/metering';
import {
  MICRO,
  type DerivedIntervals,
  type IntervalGrid,
  type RegisterPoint,
} from './intervals-of-registers.ts';

/**
 * Interval values of a state (temperature, humidity …) from momentary values that were sent at any time: the mean of those
 * sampled in the interval, rounded to whole units; missing where there are none. The outcome depends only on which samples there are.
 */
export function intervalsOfSamples(samples: readonly RegisterPoint[], grid: IntervalGrid): DerivedIntervals {
  const step = grid.intervalSeconds * 1000;
  const values = new Int32Array(grid.count);
  const qualities = new Uint8Array(grid.count).fill(Quality.Missing);
  const slotOf = ({ readAt }: RegisterPoint) => Math.floor((readAt - grid.start) / step);
  const inGrid = samples
    .filter((sample) => slotOf(sample) >= 0 && slotOf(sample) < grid.count)
    .sort((a, b) => a.readAt - b.readAt || (a.id < b.id ? -1 : 1));
  for (const [slot, sampled] of Map.groupBy(inGrid, slotOf)) {
    const sum = sampled.reduce((total, { value }) => total + value, 0n);
    values[slot] = Math.round(Number(sum) / sampled.length / Number(MICRO));
    qualities[slot] = sampled.some(({ isDoubtful }) => isDoubtful) ? Quality.Suspect : Quality.Actual;
  }
  return { values, qualities, from: [...new Set(inGrid.map(({ id }) => id))] };
}
