import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { LoadProfileValidatedSchema } from '@metermesh/contracts';
import { Quality } from '@metermesh/metering';
import { validatedDay } from './validated-day.ts';

const { Actual, Suspect, Estimated, Missing } = Quality;
const fact = (values: number[], qualities: number[]) =>
  create(LoadProfileValidatedSchema, {
    usagePointId: 'UP-1',
    localDate: '2024-03-01',
    version: 7n,
    sourceEventIds: ['a', 'b'],
    day: {
      start: timestampFromMs(1000),
      intervalSeconds: 900,
      values,
      qualities: Uint8Array.from(qualities),
    },
  });

describe('a validated day', () => {
  it('sums what is known and counts what is not as it should be', () => {
    expect(validatedDay(fact([10, 20, 30, 99], [Actual, Suspect, Estimated, Missing]), 'e1')).toEqual({
      date: '2024-03-01',
      version: 7n,
      eventId: 'e1',
      readingEventIds: ['a', 'b'],
      startsAt: 1000,
      intervalSeconds: 900,
      intervals: 4,
      quantity: 60,
      missingIntervals: 1,
      suspectIntervals: 1,
      estimatedIntervals: 1,
    });
  });

  it('adds up the greatest values without loss', () => {
    const most = 2 ** 31 - 1;
    expect(validatedDay(fact(Array(100).fill(most), Array(100).fill(Actual)), 'e').quantity).toBe(100 * most);
  });

  it.each([
    ['has no values', [], []],
    ['has a value without a quality', [1, 2], [Actual]],
    ['has a quality that nobody knows', [1], [9]],
  ])('is refused where it %s', (_, values, qualities) => {
    expect(() => validatedDay(fact(values, qualities), 'e')).toThrow(
      expect.objectContaining({ code: 'VALIDATED_DAY_MALFORMED' }),
    );
  });
});
