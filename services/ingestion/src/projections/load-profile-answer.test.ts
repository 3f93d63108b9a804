import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { intervalsIn, localDaysBetween, Quality } from '@metermesh/metering';
import fc from 'fast-check';
import {
  answerIntervals,
  intervalsBeginningIn,
  type Aggregation,
  type Resolution,
  type SlotsOfDay,
  type TimeSpan,
} from './load-profile-answer.ts';

const ALL: TimeSpan[] = [{ from: 0, to: Date.UTC(2200, 0, 1) }];
const span = (from: string, to: string): TimeSpan => ({ from: Date.parse(from), to: Date.parse(to) });

/** Days of a zone in which every quarter hour holds one unit. */
function ones(range: TimeSpan, zone: string): SlotsOfDay[] {
  return [...localDaysBetween(range.from, range.to, zone)].map((day) => {
    const length = intervalsIn(day, 900);
    return {
      start: day.start,
      intervalSeconds: 900,
      values: new Array(length).fill(1),
      qualities: new Uint8Array(length),
    };
  });
}

function answer(
  range: TimeSpan,
  resolution: Resolution,
  zone: string,
  days: SlotsOfDay[],
  visible = ALL,
  aggregation: Aggregation = 'sum',
) {
  const intervals = intervalsBeginningIn(range, resolution, zone);
  if (isRefusal(intervals)) throw new Error(intervals.code);
  const answered = answerIntervals(intervals, days, visible, zone, aggregation);
  if (isRefusal(answered)) throw new Error(answered.code);
  return answered;
}

describe('a load profile', () => {
  it('has days of 92, 96 and 100 quarter hours, in local time with offset', () => {
    const range = span('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z');
    const { intervals } = answer(range, 'P1D', 'Europe/Berlin', ones(range, 'Europe/Berlin'));
    expect(intervals).toEqual([
      { start: '2026-03-29T00:00:00+01:00', value: 92, quality: 'ACTUAL' },
      { start: '2026-03-30T00:00:00+02:00', value: 96, quality: 'ACTUAL' },
    ]);
  });

  it('names the hour that comes twice by its offsets', () => {
    const range = span('2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z');
    const { intervals } = answer(range, 'PT1H', 'Europe/Berlin', ones(range, 'Europe/Berlin'));
    expect(intervals.map(({ start }) => start)).toEqual([
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
    ]);
  });

  it('says what it does not know: null where nothing, MISSING where not all of it', () => {
    const range = span('2026-11-01T00:00:00+09:00', '2026-11-03T00:00:00+09:00');
    const [day] = ones(range, 'Asia/Seoul');
    const qualities = new Uint8Array(96).fill(Quality.Actual);
    qualities[3] = Quality.Missing;
    qualities[9] = Quality.Suspect;
    const days = [{ ...day!, qualities, values: [...(day!.values as number[])].with(3, 0) }];
    expect(answer(range, 'P1D', 'Asia/Seoul', days).intervals).toEqual([
      { start: '2026-11-01T00:00:00+09:00', value: 95, quality: 'MISSING' },
      { start: '2026-11-02T00:00:00+09:00', value: null, quality: 'MISSING' },
    ]);
    const hours = answer(range, 'PT1H', 'Asia/Seoul', days).intervals;
    expect(hours.slice(0, 4).map(({ quality }) => quality)).toEqual([
      'MISSING',
      'ACTUAL',
      'SUSPECT',
      'ACTUAL',
    ]);
  });

  it('covers whole intervals that begin in the range, months too', () => {
    const range = span('2026-10-15T00:00:00+09:00', '2026-12-01T00:00:00+09:00');
    const whole = span('2026-10-01T00:00:00+09:00', '2026-12-01T00:00:00+09:00');
    expect(answer(range, 'P1M', 'Asia/Seoul', ones(whole, 'Asia/Seoul')).intervals).toEqual([
      { start: '2026-11-01T00:00:00+09:00', value: 30 * 96, quality: 'ACTUAL' },
    ]);
  });

  it('shows a customer what is his, and no neighbour’s part of a month', () => {
    const range = span('2026-11-01T00:00:00+09:00', '2026-12-01T00:00:00+09:00');
    const visible = [span('2026-11-11T00:00:00+09:00', '2026-11-21T00:00:00+09:00')];
    const days = ones(range, 'Asia/Seoul');
    expect(answer(range, 'P1M', 'Asia/Seoul', days, visible)).toMatchObject({
      total: 960,
      intervals: [{ value: 960, quality: 'ACTUAL' }],
    });
    expect(answer(range, 'P1D', 'Asia/Seoul', days, visible).intervals).toHaveLength(10);
  });

  it('adds up to the same at any resolution', () => {
    const zone = fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 40 }),
        (timeZone, first, length) => {
          const [start] = localDaysBetween(
            Date.UTC(2025, 0, 1 + first, 12),
            Date.UTC(2025, 0, 1 + first, 13),
            timeZone,
          );
          const all = [...localDaysBetween(start!.start, start!.start + length * 86_400_000, timeZone)];
          const range = { from: start!.start, to: all.at(-1)!.end };
          const days = ones(range, timeZone);
          const totals = (['PT15M', 'PT1H', 'P1D'] as const).map(
            (resolution) => answer(range, resolution, timeZone, days).total,
          );
          expect(new Set(totals)).toEqual(new Set([(range.to - range.from) / 900_000]));
        },
      ),
      { numRuns: 40 },
    );
  });

  describe('of a state', () => {
    const range = span('2026-11-01T00:00:00+09:00', '2026-11-03T00:00:00+09:00');

    it('is averaged over time, whatever the length of its intervals, and adds up to nothing', () => {
      const [first, second] = ones(range, 'Asia/Seoul');
      const hot = { ...first!, values: new Array(96).fill(30_000) };
      const cold = {
        ...second!,
        intervalSeconds: 3600,
        values: new Array(24).fill(-10_000),
        qualities: new Uint8Array(24),
      };
      const days = answer(range, 'P1D', 'Asia/Seoul', [hot, cold], ALL, 'mean');
      expect(days).toEqual({
        intervals: [
          { start: '2026-11-01T00:00:00+09:00', value: 30_000, quality: 'ACTUAL' },
          { start: '2026-11-02T00:00:00+09:00', value: -10_000, quality: 'ACTUAL' },
        ],
        total: 0,
        mean: 10_000,
      });
    });

    it('knows the mean of what it knows, and none of nothing', () => {
      const [day] = ones(range, 'Asia/Seoul');
      const values = new Array(96).fill(0);
      const qualities = new Uint8Array(96).fill(Quality.Missing);
      [values[0], values[1], qualities[0], qualities[1]] = [20_000, 21_001, Quality.Actual, Quality.Actual];
      const hours = answer(range, 'PT1H', 'Asia/Seoul', [{ ...day!, values, qualities }], ALL, 'mean');
      expect(hours.intervals.slice(0, 2).map(({ value, quality }) => [value, quality])).toEqual([
        [20_501, 'MISSING'],
        [null, 'MISSING'],
      ]);
      expect(answer(range, 'PT1H', 'Asia/Seoul', [], ALL, 'mean').mean).toBeNull();
    });

    it('is the mean of all its quarter hours on days of 23, 24 and 25 hours', () => {
      const states = fc.array(fc.integer({ min: -50_000, max: 50_000 }), { minLength: 100, maxLength: 100 });
      const date = fc.constantFrom('2026-03-29', '2026-06-01', '2026-10-25');
      fc.assert(
        fc.property(date, states, (localDate, values) => {
          const noon = Date.parse(`${localDate}T12:00:00Z`);
          const [day] = localDaysBetween(noon, noon + 1, 'Europe/Berlin');
          const slots = values.slice(0, intervalsIn(day!, 900));
          const days = [
            {
              start: day!.start,
              intervalSeconds: 900,
              values: slots,
              qualities: new Uint8Array(slots.length),
            },
          ];
          const { intervals, mean } = answer(
            { from: day!.start, to: day!.end },
            'P1D',
            'Europe/Berlin',
            days,
            ALL,
            'mean',
          );
          const expected = slots.reduce((sum, value) => sum + value, 0) / slots.length;
          expect(intervals).toHaveLength(1);
          expect(Math.abs(intervals[0]!.value! - expected)).toBeLessThanOrEqual(0.5);
          expect(mean).toBe(intervals[0]!.value);
          const byHour = answer(
            { from: day!.start, to: day!.end },
            'PT1H',
            'Europe/Berlin',
            days,
            ALL,
            'mean',
          );
          expect(byHour.mean).toBe(mean);
        }),
        { numRuns: 20 },
      );
    });
  });

  it.each<[string, TimeSpan, Resolution]>([
    ['LOAD_PROFILE_RANGE_INVALID', span('2026-11-02T00:00:00Z', '2026-11-02T00:00:00Z'), 'PT15M'],
    ['LOAD_PROFILE_RANGE_TOO_LONG', span('2026-01-01T00:00:00Z', '2026-12-02T00:00:00Z'), 'PT15M'],
    ['LOAD_PROFILE_RANGE_TOO_LONG', span('1990-01-01T00:00:00Z', '2026-12-02T00:00:00Z'), 'P1M'],
  ])('refuses with %s', (code, range, resolution) => {
    expect(intervalsBeginningIn(range, resolution, 'Asia/Seoul')).toMatchObject({ code });
  });

  it('refuses quarter hours of what was measured by the hour', () => {
    const range = span('2026-11-01T00:00:00+09:00', '2026-11-01T01:00:00+09:00');
    const hourly = [{ start: range.from, intervalSeconds: 3600, values: [4], qualities: [0] }];
    expect(
      answerIntervals([{ from: range.from, to: range.from + 900_000 }], hourly, ALL, 'Asia/Seoul'),
    ).toMatchObject({
      code: 'RESOLUTION_TOO_FINE',
    });
  });

  it('refuses intervals that would cut the measured ones, as quarter hours do with ten minutes', () => {
    const range = span('2026-11-01T00:00:00+05:30', '2026-11-01T00:15:00+05:30');
    const days = [
      {
        start: range.from,
        intervalSeconds: 600,
        values: new Array(144).fill(1),
        qualities: new Uint8Array(144),
      },
    ];
    expect(answerIntervals([range], days, ALL, 'Asia/Kolkata')).toMatchObject({
      code: 'RESOLUTION_TOO_FINE',
    });
    const hour = { from: range.from, to: range.from + 3_600_000 };
    expect(answer(hour, 'PT1H', 'Asia/Kolkata', days).intervals).toEqual([
      { start: '2026-11-01T00:00:00+05:30', value: 6, quality: 'ACTUAL' },
    ]);
  });
});
