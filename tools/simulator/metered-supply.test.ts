import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { householdElectricity, refrigerator } from './household-load.ts';
import { MeteredSupply, type SupplySettings } from './metered-supply.ts';
import { seoul } from './weather.ts';

const QUARTER = 900_000;
const since = Date.UTC(2026, 5, 1);
const supply = (more: Partial<SupplySettings> = {}) =>
  new MeteredSupply({
    seed: 'M1',
    shape: householdElectricity(1),
    surroundings: { climate: seoul, utcOffsetSeconds: 9 * 3600 },
    intervalSeconds: 900,
    installedAt: since,
    initialRegister: 5_000,
    ...more,
  });
const instant = fc.integer({ min: 0, max: 500 * QUARTER }).map((after) => since + after);

describe('the truth at a meter', () => {
  it('has a register that counts what flowed, in whatever order it is read', () => {
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1, maxLength: 8 }), (instants) => {
        const read = supply();
        for (const at of instants) expect(read.register(at)).toBe(supply().register(at));
        const whole = instants.map((at) => at - (at % QUARTER));
        for (const at of whole) expect(read.register(at)).toBe(5_000 + read.useBetween(since, at));
      }),
      { numRuns: 30 },
    );
  });

  it('never counts backwards, but for a reset', () => {
    fc.assert(
      fc.property(instant, instant, instant, (one, other, resetAt) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        expect(supply().register(later)).toBeGreaterThanOrEqual(supply().register(earlier));
        const falling = supply({ resetAt });
        expect(falling.register(resetAt)).toBe(0);
        if (earlier >= resetAt) {
          expect(falling.register(later) - falling.register(earlier)).toBe(
            supply().register(later) - supply().register(earlier),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('holds what its parts use', () => {
    const part = supply({ seed: 'fridge', shape: refrigerator() });
    const mains = supply({ parts: [part] });
    const day = [since, since + 96 * QUARTER] as const;
    expect(mains.useBetween(...day)).toBe(supply().useBetween(...day) + part.useBetween(...day));
    expect(part.useBetween(...day)).toBeGreaterThan(500);
  });
});
