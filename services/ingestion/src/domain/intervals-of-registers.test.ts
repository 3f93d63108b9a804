import { describe, expect, it } from '@jest/globals';
import { Quality } from '@metermesh/metering';
import fc from 'fast-check';
import {
  intervalsOfRegisters,
  LONGEST_GAP_MS,
  MICRO,
  type IntervalGrid,
  type RegisterPoint,
  type RegisterRules,
} from './intervals-of-registers.ts';

const { Actual, Suspect, Estimated, Missing } = Quality;
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const midnight = Date.parse('2025-06-01T00:00:00+09:00');
const grid = (count: number): IntervalGrid => ({ start: midnight, intervalSeconds: 900, count });
const rules: RegisterRules = { capacity: () => undefined, hourlyMaximum: 100_000 };
/** A read some minutes after midnight. */
const read = (minutes: number, units: number, more: Partial<RegisterPoint> = {}): RegisterPoint => ({
  id: `r${minutes}`,
  serialNumber: 'M1',
  readAt: midnight + Math.round(minutes * MINUTE),
  value: BigInt(Math.round(units * 1e6)),
  isDoubtful: false,
  ...more,
});
const derived = (reads: RegisterPoint[], count: number, more: Partial<RegisterRules> = {}) => {
  const { values, qualities, from } = intervalsOfRegisters(reads, grid(count), { ...rules, ...more });
  return { values: [...values], qualities: [...qualities], from };
};

describe('interval values from registers', () => {
  it('are measured where there are reads at both ends', () => {
    expect(derived([read(0, 1000), read(15, 1040), read(30, 1041)], 3)).toEqual({
      values: [40, 1, 0],
      qualities: [Actual, Actual, Missing],
      from: ['r0', 'r15', 'r30'],
    });
  });

  it('are measured too where the reads are but seconds from the ends', () => {
    const { values, qualities } = derived([read(0.2, 1000), read(7, 1010), read(15.1, 1040)], 2);
    expect(qualities).toEqual([Actual, Missing]);
    expect(values[0]).toBe(40);
  });

  it('are estimated in between, in proportion to time', () => {
    expect(derived([read(0, 1000), read(37, 1037), read(60, 1083)], 4)).toMatchObject({
      values: [15, 15, 23, 30],
      qualities: [Estimated, Estimated, Estimated, Estimated],
    });
    expect(derived([read(0, 0), read(30, 60), read(45, 61)], 3).qualities).toEqual([
      Estimated,
      Estimated,
      Actual,
    ]);
  });

  it('are known for certain where nothing flowed, however long the gap', () => {
    const later = read(LONGEST_GAP_MS / MINUTE + 90, 1000);
    expect(derived([read(0, 1000), later], 100)).toMatchObject({
      values: new Array(100).fill(0),
      qualities: new Array(100).fill(Actual),
    });
  });

  it('are missing in gaps too long to guess, but not at their ends', () => {
    const reads = [read(0, 0), read(15, 5), read(15 + LONGEST_GAP_MS / MINUTE + 1, 500)];
    expect(derived(reads, 3).qualities).toEqual([Actual, Missing, Missing]);
    reads.push(read(600, 100));
    expect(derived(reads, 3).qualities).toEqual([Actual, Estimated, Estimated]);
  });

  it('are missing before the first read and after the last', () => {
    expect(derived([read(20, 1000), read(50, 1010)], 5).qualities).toEqual([
      Missing,
      Missing,
      Estimated,
      Missing,
      Missing,
    ]);
  });

  it('go on where the register begins again at 0', () => {
    const capacity = () => 100_000n * MICRO;
    expect(derived([read(0, 99_990), read(15, 20)], 1, { capacity })).toMatchObject({
      values: [30],
      qualities: [Actual],
    });
  });

  it('are missing where the register was reset, or goes back for no reason', () => {
    const reads = [read(0, 5000), read(15, 0), read(30, 7)];
    expect(derived(reads, 2)).toMatchObject({ values: [0, 7], qualities: [Missing, Actual] });
    const capacity = () => 100_000n * MICRO;
    expect(derived(reads, 2, { capacity }).qualities).toEqual([Missing, Actual]);
  });

  it('are the sum of what both meters counted where one took the place of the other', () => {
    const old = { serialNumber: 'OLD' };
    const reads = [
      read(0, 500, old),
      read(15, 510, old),
      read(20, 513, { ...old, id: 'removed' }),
      read(20, 0, { id: 'installed' }),
      read(30, 4),
    ];
    expect(derived(reads, 2)).toMatchObject({ values: [10, 7], qualities: [Actual, Actual] });
    expect(derived(reads.slice(0, 2).concat(reads.slice(3)), 2).qualities).toEqual([Actual, Missing]);
  });

  it('are doubtful where the clock was wrong', () => {
    const reads = [read(0, 0), read(15, 1), read(30, 2, { isDoubtful: true })];
    expect(derived(reads, 2).qualities).toEqual([Actual, Suspect]);
  });

  it('that do not fit are missing', () => {
    expect(derived([read(0, 0), read(15, 3e9)], 1, { hourlyMaximum: Infinity }).qualities).toEqual([Missing]);
  });
});

/** Reads of a register that only grows, at odd times, in thousandths of the unit. */
const sequence = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 95 * MINUTE }), fc.integer({ min: 0, max: 5_000_000 })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((steps) => {
    let at = midnight;
    let value = 123_456n;
    return steps.map(([after, milli], i): RegisterPoint => {
      at += after;
      value += BigInt(milli);
      return { id: `r${i}`, serialNumber: 'M1', readAt: at, value: value * 1000n, isDoubtful: i % 7 === 0 };
    });
  });
const inUnits = (value: bigint) => Number((value + MICRO / 2n) / MICRO);

describe('interval values from any reads', () => {
  it('depend on which reads there are, not on their order', () => {
    fc.assert(
      fc.property(
        sequence.chain((reads) =>
          fc.tuple(fc.constant(reads), fc.shuffledSubarray(reads, { minLength: reads.length })),
        ),
        ([reads, shuffled]) => {
          expect(intervalsOfRegisters(shuffled, grid(192), rules)).toEqual(
            intervalsOfRegisters(reads, grid(192), rules),
          );
        },
      ),
    );
  });

  it('add up, between reads on boundaries, to what the registers say, to the unit', () => {
    fc.assert(
      fc.property(sequence, fc.array(fc.nat(190), { minLength: 2, maxLength: 2 }), (reads, slots) => {
        const [from, to] = [...slots].sort((a, b) => a - b) as [number, number];
        const last = reads.at(-1)!.readAt;
        fc.pre(from < to && midnight + from * QUARTER >= reads[0]!.readAt && midnight + to * QUARTER <= last);
        // Reads on the two boundaries, of values between those of their neighbours.
        const pinned = [from, to].flatMap((slot) => {
          const readAt = midnight + slot * QUARTER;
          const before = reads.findLast((each) => each.readAt <= readAt)!;
          return before.readAt === readAt ? [] : [{ ...before, id: `pin${slot}`, readAt }];
        });
        const all = [...reads, ...pinned];
        const valueAt = (slot: number) =>
          all.findLast(({ readAt }) => readAt === midnight + slot * QUARTER)!.value;
        const { values, qualities } = intervalsOfRegisters(all, grid(192), {
          ...rules,
          hourlyMaximum: Infinity,
        });
        expect([...qualities.subarray(from, to)].every((quality) => quality < Missing)).toBe(true);
        const sum = values.subarray(from, to).reduce((total, value) => total + value, 0);
        expect(sum).toBe(inUnits(valueAt(to)) - inUnits(valueAt(from)));
      }),
    );
  });

  it('lose and make nothing whatever is thinned out of the middle of an interval', () => {
    fc.assert(
      fc.property(sequence, (reads) => {
        const bySlot = Map.groupBy(reads, ({ readAt }) => Math.floor((readAt - midnight) / QUARTER));
        const thinned = [...bySlot.values()].flatMap((inSlot) =>
          inSlot.length > 2 ? [inSlot[0]!, inSlot.at(-1)!] : inSlot,
        );
        const whole = intervalsOfRegisters(reads, grid(192), rules);
        const thin = intervalsOfRegisters(thinned, grid(192), rules);
        expect(thin.values).toEqual(whole.values);
      }),
    );
  });
});
