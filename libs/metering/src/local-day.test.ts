import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { intervalsIn, localDay, localDayAt, localDayOf, localDaysBetween } from './index.ts';

describe('a local day', () => {
  it('has 23, 24 or 25 hours where clocks change', () => {
    const quarterHours = (date: string) => intervalsIn(localDay(date, 'Europe/Berlin'), 900);
    expect([quarterHours('2026-03-29'), quarterHours('2026-06-01'), quarterHours('2026-10-25')]).toEqual([
      92, 96, 100,
    ]);
  });

  it('begins at the first instant that exists where midnight is skipped', () => {
    const day = localDay('2018-11-04', 'America/Sao_Paulo');
    expect(new Date(day.start).toISOString()).toBe('2018-11-04T03:00:00.000Z');
    expect(intervalsIn(day, 3600)).toBe(23);
  });

  it('refuses intervals that do not fill it', () => {
    expect(() => intervalsIn(localDay('2026-06-01', 'Asia/Seoul'), 7 * 3600)).toThrow('2026-06-01');
  });

  it('tiles time without gap or overlap, in any zone', () => {
    const zones = fc.constantFrom(
      'Asia/Seoul',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 0, max: 1_800_000_000 }),
        fc.integer({ min: 1, max: 90 * 86_400 }),
        (zone, from, length) => {
          const days = [...localDaysBetween(from * 1000, (from + length) * 1000, zone)];
          expect(days[0]!.start).toBeLessThanOrEqual(from * 1000);
          expect(days.at(-1)!.end).toBeGreaterThanOrEqual((from + length) * 1000);
          days.slice(1).forEach((day, i) => expect(day.start).toBe(days[i]!.end));
          for (const day of days) expect(localDayAt(day.end - 1, zone).date).toBe(day.date);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is remembered as it is', () => {
    const zones = fc.constantFrom('Asia/Seoul', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia');
    fc.assert(
      fc.property(zones, fc.integer({ min: 1_300_000_000, max: 1_400_000_000 }), (zone, seconds) => {
        for (const instant of [seconds * 1000, (seconds + 40_000) * 1000, seconds * 1000]) {
          expect(localDayOf(instant, zone)).toEqual(localDayAt(instant, zone));
        }
      }),
    );
  });
});
