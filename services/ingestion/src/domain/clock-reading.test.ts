import { describe, expect, it } from '@jest/globals';
import type { DecodedPush } from '@metermesh/protocols';
import fc from 'fast-check';
import { better, clockReading, STANDS_FOR_MS, type ClockReading } from './clock-reading.ts';

const received = Date.parse('2025-06-01T12:00:00Z');
const push = (more: Partial<DecodedPush>): DecodedPush => ({
  device: {},
  measurements: [],
  loadProfiles: [],
  events: [],
  warnings: [],
  ...more,
});
const reading = (skew: number, measuredAt: number): ClockReading => ({ skew, measuredAt, isInvalid: false });

describe('the skew of a clock', () => {
  it('is how far the stated time is ahead of the arrival', () => {
    expect(clockReading(push({ time: '2025-06-01T12:00:07Z' }), received)).toEqual(reading(7000, received));
    expect(clockReading(push({ time: '2025-06-01T11:59:58Z', clockInvalid: true }), received)).toMatchObject({
      skew: -2000,
      isInvalid: true,
    });
    expect(clockReading(push({}), received)).toBeUndefined();
  });

  it('is not taken from a push that was long under way while a faster one is at hand', () => {
    const live = reading(-300, received);
    const stored = reading(-7_200_000, received + 60_000);
    expect(better(live, stored)).toBe(live);
    expect(better(stored, reading(-250, received + 120_000)).skew).toBe(-250);
  });

  it('is measured anew after an hour, for clocks are set', () => {
    const ahead = reading(300_000, received);
    const set = reading(-400, received + STANDS_FOR_MS + 1);
    expect(better(ahead, set)).toBe(set);
  });

  it('never seems farther behind than the slowest push of a constant clock was delayed', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: -90_000, max: 90_000 }), delays, (skew, all) => {
        const best = all.map((delay, i) => reading(skew - delay, received + i)).reduce(better);
        expect(best.skew).toBe(skew - Math.min(...all));
      }),
    );
  });
});
