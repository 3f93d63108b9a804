import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holds } from '../tariff/season.ts';
import type { Calendar, DayType } from '../tariff/calendar.ts';
import { periodCode, scheduleCalendar, type Schedule } from './schedule-calendar.ts';

const anySchedule = fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 24, maxLength: 24 }), {
  minLength: 12,
  maxLength: 12,
});

describe('a calendar drawn from schedules', () => {
  it('has in every month, day type and hour the period that the schedule has there', () => {
    fc.assert(
      fc.property(anySchedule, anySchedule, (weekday, weekend) => {
        const calendar = scheduleCalendar('energy', 'Energy', '2024-01-01', { weekday, weekend });
        for (const [dayType, schedule] of [
          ['weekday', weekday],
          ['saturday', weekend],
          ['sunday', weekend],
        ] as [DayType, Schedule][])
          expect(drawn(calendar, dayType)).toEqual(schedule.map((hours) => hours.map(periodCode)));
      }),
      { numRuns: 30 },
    );
  });

  it('writes months that are alike once', () => {
    const always = Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => 0));
    const calendar = scheduleCalendar('energy', 'Energy', '2024-01-01', { weekday: always, weekend: always });
    expect(calendar.seasons).toEqual([{ code: 'year', from: '01-01', to: '12-31' }]);
    expect(calendar.rules[0]?.value).toEqual([
      { seasons: ['year'], hours: [{ from: '00:00', to: '24:00', period: 'period-0' }] },
    ]);
  });
});

/** Periods by month and hour, read off the rules; every hour must lie in just one. */
function drawn(calendar: Calendar, dayType: DayType): string[][] {
  return Array.from({ length: 12 }, (_, month) => {
    const date = `2024-${String(month + 1).padStart(2, '0')}-15`;
    const season = calendar.seasons?.find((one) => holds(one, date))?.code ?? '';
    const hours = calendar.rules[0]!.value.filter(
      ({ seasons, dayTypes }) => seasons!.includes(season) && (dayTypes?.includes(dayType) ?? true),
    ).flatMap((rule) => rule.hours);
    return Array.from({ length: 24 }, (_, hour) => {
      const clock = `${String(hour).padStart(2, '0')}:00`;
      const found = hours.filter(({ from, to }) => from <= clock && clock < to);
      expect(found).toHaveLength(1);
      return found[0]!.period;
    });
  });
}
