import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packedEventIds } from '../domain/billing-cycle/event-ids.ts';
import type { ValidatedDay } from '../domain/billing-cycle/validated-day.ts';
import { packDay, unpackDays } from './packed-day.ts';

const count = fc.integer({ min: 0, max: 100_000 });
const validatedDays = fc
  .record({
    date: fc
      .integer({ min: 0, max: 40_000 })
      .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
    version: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    eventIds: fc
      .array(fc.uuid(), { minLength: 1, maxLength: 5 })
      .map((ids) => Buffer.from(packedEventIds(ids))),
    eventPosition: fc.string({ unit: fc.constantFrom(...'0123456789abcdef-@'), maxLength: 255 }),
    startsAt: fc.integer({ min: 0, max: 2 ** 45 }),
    intervalSeconds: fc.integer({ min: 1, max: 86_400 }),
    values: fc.oneof(
      fc.int16Array({ maxLength: 100 }).map((narrow) => Int32Array.from(narrow)),
      fc.int32Array({ maxLength: 100 }),
    ),
    areMarked: fc.boolean(),
    quantity: fc.maxSafeInteger(),
    missingIntervals: count,
    suspectIntervals: count,
    estimatedIntervals: count,
  })
  .map(({ areMarked, ...day }) => ({
    ...day,
    intervals: day.values.length,
    qualities: Uint8Array.from(areMarked ? day.values.map((value) => Math.abs(value) % 4) : []),
  })) satisfies fc.Arbitrary<ValidatedDay>;

describe('packed days', () => {
  it('are the days that were packed, one after the other', () => {
    fc.assert(
      fc.property(fc.array(validatedDays, { maxLength: 4 }), (days) => {
        expect(unpackDays(Buffer.concat(days.map(packDay))).map(plain)).toEqual(days.map(plain));
      }),
    );
  });

  it('take two octets a value where these are enough', () => {
    const [day] = fc.sample<ValidatedDay>(validatedDays, 1) as [ValidatedDay];
    const narrow = packDay({ ...day, values: Int32Array.of(-32_768, 32_767) });
    expect(packDay({ ...day, values: Int32Array.of(-32_768, 32_768) })).toHaveLength(narrow.length + 4);
  });
});

/** Octets come as views of one kind or another. */
const plain = (day: ValidatedDay) => ({ ...day, eventIds: [...day.eventIds], qualities: [...day.qualities] });
