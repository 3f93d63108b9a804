import { describe, expect, it } from '@jest/globals';
import { BERLIN, day, period } from '../../../test/billing-scenario.ts';
import { readingFaults } from './hold-reasons.ts';
import type { ValidatedDay } from './validated-day.ts';

const october = period('2024-10-01', '2024-11-01');
const whole = () => october.days.map((date) => day(date, 1000));
const limits = { suspectShare: 0.01, estimatedShare: 0.1 };
const reasonsFor = (days: ValidatedDay[]) =>
  readingFaults(october, BERLIN, days, limits).map(({ code, message }) => `${code}: ${message}`);
const daysWith = (date: string, over: Partial<ValidatedDay>) =>
  whole().map((each) => (each.date === date ? { ...each, ...over } : each));

describe('what holds a period up', () => {
  it('is nothing where every interval of every day is there, the day of 25 hours included', () => {
    expect(whole().map(({ intervals }) => intervals)).toContain(25);
    expect(reasonsFor(whole())).toEqual([]);
  });

  it('is a day without readings, by name', () => {
    expect(reasonsFor(whole().filter(({ date }) => !/-0[37]$/.test(date)))).toEqual([
      'READINGS_MISSING: 2 of 31 days have no readings: 2024-10-03, 2024-10-07.',
    ]);
    expect(reasonsFor([])[0]).toMatch(/31 of 31 days .* and 21 more/);
  });

  it('is a missing interval', () => {
    expect(reasonsFor(daysWith('2024-10-05', { missingIntervals: 1 }))).toEqual([
      'READINGS_MISSING: Intervals are missing on 2024-10-05 (1 of 24).',
    ]);
  });

  it('is a day that is not the local day: of another time zone, or an hour short when the clock is put back', () => {
    const elsewhere = day('2024-10-05', 1000, {}, 'Asia/Seoul');
    expect(reasonsFor(daysWith('2024-10-05', elsewhere))).toHaveLength(1);
    expect(reasonsFor(daysWith('2024-10-27', { intervals: 24 }))).toHaveLength(1);
  });

  it('is more suspect or estimated intervals than the limits allow', () => {
    // 745 hours: at most 7 suspect and 74 estimated.
    expect(reasonsFor(daysWith('2024-10-05', { suspectIntervals: 7 }))).toEqual([]);
    expect(reasonsFor(daysWith('2024-10-05', { suspectIntervals: 8 }))[0]).toMatch(
      /^READINGS_SUSPECT: 8 of 745 .*1 %.*2024-10-05/,
    );
    const estimated = (last: number) =>
      whole().map((each, index) => ({
        ...each,
        estimatedIntervals: index < 3 ? 24 : index === 3 ? last : 0,
      }));
    expect(reasonsFor(estimated(2))).toEqual([]);
    expect(reasonsFor(estimated(3))[0]).toMatch(/^READINGS_ESTIMATED: 75 of 745/);
  });
});
