import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  byLocalDay,
  emptyDay,
  localDay,
  mergeIntoDay,
  Quality,
  sameValues,
  type LoadProfile,
  type ProfileDay,
  type ReadingSource,
} from './index.ts';

const HOUR = 3_600_000;

function profile(
  start: number,
  values: number[],
  quality: number = Quality.Actual,
  intervalSeconds = 3600,
): LoadProfile {
  return {
    readingType: 'active-energy-import',
    start,
    intervalSeconds,
    values: Int32Array.from(values),
    qualities: new Uint8Array(values.length).fill(quality),
  };
}

describe('a day of a load profile', () => {
  const day = localDay('2026-11-01', 'Asia/Seoul');
  const at = (receivedAt: number, id = `e${receivedAt}`): ReadingSource => ({ id, receivedAt });

  it('prefers what was measured to what was estimated, whichever came first', () => {
    const measured = mergeIntoDay(emptyDay(day, 3600), profile(day.start, [5]), at(1));
    const both = mergeIntoDay(measured, profile(day.start, [7, 8], Quality.Estimated), at(2));
    expect([...both.values.subarray(0, 3)]).toEqual([5, 8, 0]);
    expect([...both.qualities.subarray(0, 3)]).toEqual([Quality.Actual, Quality.Estimated, Quality.Missing]);
    expect(both.sources.map(({ id }) => id)).toEqual(['e1', 'e2']);
  });

  it('takes the correction that was received later', () => {
    const corrected = mergeIntoDay(emptyDay(day, 3600), profile(day.start, [6]), at(2));
    const late = mergeIntoDay(corrected, profile(day.start, [5]), at(1));
    expect([late.values[0], late.sources.map(({ id }) => id)]).toEqual([6, ['e2']]);
  });

  it('knows the same values from another source as the same', () => {
    const once = mergeIntoDay(emptyDay(day, 3600), profile(day.start, [5, 6]), at(1));
    const twice = mergeIntoDay(once, profile(day.start, [5, 6]), at(2));
    expect(sameValues(once, twice)).toBe(true);
    expect(twice.sources).toEqual([at(2)]);
  });

  it('spreads an hour over quarters as an estimate where a meter of another interval length follows', () => {
    const hourly = mergeIntoDay(emptyDay(day, 3600), profile(day.start, [10, 4]), at(1));
    const mixed = mergeIntoDay(hourly, profile(day.start + HOUR, [1, 1, 1, 2], Quality.Actual, 900), at(2));
    expect([...mixed.values.subarray(0, 8)]).toEqual([2, 3, 2, 3, 1, 1, 1, 2]);
    expect([...mixed.qualities.subarray(3, 5)]).toEqual([Quality.Estimated, Quality.Actual]);
  });

  it('keeps a temperature as it is where it spreads it over shorter intervals', () => {
    const temperature = (...args: Parameters<typeof profile>): LoadProfile => ({
      ...profile(...args),
      readingType: 'temperature:cellar',
    });
    const hourly = mergeIntoDay(emptyDay(day, 3600), temperature(day.start, [-1500, 8000]), at(1));
    const mixed = mergeIntoDay(hourly, temperature(day.start + HOUR, [7900], Quality.Actual, 1800), at(2));
    expect([...mixed.values.subarray(0, 4)]).toEqual([-1500, -1500, 7900, 8000]);
    const hourlyAgain = mergeIntoDay(mixed, temperature(day.start + 2 * HOUR, [6000]), at(3));
    expect([...hourlyAgain.values.subarray(4, 6)]).toEqual([6000, 6000]);
  });

  it('is the same for any order of arrival and any repeats, in days of 23, 24 and 25 hours', () => {
    const report = fc.record({
      from: fc.integer({ min: 0, max: 30 }),
      values: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      quality: fc.constantFrom(Quality.Actual, Quality.Suspect, Quality.Estimated),
      receivedAt: fc.integer({ min: 0, max: 3 }),
      id: fc.uuid(),
    });
    const scenario = fc
      .uniqueArray(report, { minLength: 1, maxLength: 8, selector: ({ id }) => id })
      .chain((reports) =>
        fc.record({
          reports: fc.constant(reports),
          other: fc.shuffledSubarray([...reports, ...reports, ...reports], { minLength: reports.length * 3 }),
          date: fc.constantFrom('2026-03-29', '2026-06-01', '2026-10-25'),
        }),
      );
    fc.assert(
      fc.property(scenario, ({ reports, other, date }) => {
        const first = localDay(date, 'Europe/Berlin');
        const outcome = (list: typeof reports) => {
          const days = new Map<string, ProfileDay>();
          for (const { from, values, quality, receivedAt, id } of list) {
            for (const { day, part } of byLocalDay(
              profile(first.start + from * HOUR, values, quality),
              'Europe/Berlin',
            )) {
              const current = days.get(day.date) ?? emptyDay(day, 3600);
              days.set(day.date, mergeIntoDay(current, part, { id, receivedAt }));
            }
          }
          return [...days.values()].sort((a, b) => a.day.start - b.day.start);
        };
        expect(outcome(other)).toEqual(outcome(reports));
      }),
    );
  });
});
