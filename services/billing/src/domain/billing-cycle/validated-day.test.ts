import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { LoadProfileValidatedSchema } from '@metermesh/contracts';
import { Quality } from '@metermesh/metering';
import { eventIds } from './event-ids.ts';
import { validatedDay } from './validated-day.ts';

const event = { id: '00000000-0000-4000-8000-000000000001', position: '7-1' };
const readings = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
const { Actual, Suspect, Estimated, Missing } = Quality;
const fact = (values: number[], qualities: number[]) =>
  create(LoadProfileValidatedSchema, {
    usagePointId: 'UP-1',
    localDate: '2024-03-01',
    version: 7n,
    sourceEventIds: readings,
    day: {
      start: timestampFromMs(1000),
      intervalSeconds: 900,
      values,
      qualities: Uint8Array.from(qualities),
    },
  });

describe('a validated day', () => {
  it('sums what is known and counts what is not as it should be', () => {
    const day = validatedDay(fact([10, 20, 30, 99], [Actual, Suspect, Estimated, Missing]), event);
    expect(eventIds(day.eventIds)).toEqual([event.id, ...readings]);
    expect(day).toEqual({
      date: '2024-03-01',
      version: 7n,
      eventIds: expect.anything(),
      eventPosition: '7-1',
      startsAt: 1000,
      intervalSeconds: 900,
      intervals: 4,
      values: Int32Array.of(10, 20, 30, 0),
      qualities: Uint8Array.of(Actual, Suspect, Estimated, Missing),
      quantity: 60,
      missingIntervals: 1,
      suspectIntervals: 1,
      estimatedIntervals: 1,
    });
  });

  it('adds up the greatest values without loss', () => {
    const most = 2 ** 31 - 1;
    expect(validatedDay(fact(Array(100).fill(most), Array(100).fill(Actual)), event)).toMatchObject({
      quantity: 100 * most,
      qualities: new Uint8Array(0),
    });
  });

  it.each([
    ['has no values', [], []],
    ['has a value without a quality', [1, 2], [Actual]],
    ['has a quality that nobody knows', [1], [9]],
  ])('is refused where it %s', (_, values, qualities) => {
    expect(() => validatedDay(fact(values, qualities), event)).toThrow(
      expect.objectContaining({ code: 'VALIDATED_DAY_MALFORMED' }),
    );
  });

  it('is refused where an event has no UUID', () => {
    expect(() => validatedDay(fact([1], [Actual]), { ...event, id: 'e' })).toThrow(
      expect.objectContaining({ code: 'VALIDATED_DAY_MALFORMED' }),
    );
  });
});
