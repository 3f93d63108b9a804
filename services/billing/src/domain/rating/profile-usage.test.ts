import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { dayAndNight, period, profile, since2024, tariffOf } from '../../../test/rating.test-kit.ts';
import type { CalendarDays } from './calendar-days.ts';
import { decimalString, sum } from './exact.ts';
import { BillPlan } from './plan.ts';
import type { ProfileUsage } from './profile-usage.ts';

const energy = {
  code: 'energy',
  kind: 'time-of-use',
  calendar: 'day-and-night',
  rate: since2024({ day: '3', night: '1' }),
};
const tariff = tariffOf([energy], { calendars: [dayAndNight] });

function calendar(start: string, end: string, of = tariff): CalendarDays {
  const days = new BillPlan(of, period(start, end)).calendar('day-and-night');
  if (isRefusal(days)) throw new Error(days.message);
  return days;
}

function byTimeOfUse(usage: ProfileUsage, start: string, end: string, of = tariff) {
  const range = { first: 0, last: period(start, end).days.length };
  const found = usage.byTimeOfUse('import', calendar(start, end, of), range);
  if (isRefusal(found)) return found.code;
  return Object.fromEntries(Array.from(found, ([code, quantity]) => [code, decimalString(quantity)]));
}

describe('usage by time of use', () => {
  it('is what was used in the hours of each period, by day type', () => {
    // Friday and Saturday, 1 kWh an hour: 14 hours of day, 10 + 24 of night.
    const days = ['2024-03-01', '2024-03-03'] as const;
    const usage = profile({ start: days[0], end: days[1] }, 'Asia/Seoul', 60, { import: () => 1000 });
    expect(byTimeOfUse(usage, ...days)).toEqual({ day: '14', night: '34' });
  });

  it('counts an hour that clocks repeat twice, and none that they leave out', () => {
    const sundays = tariffOf([energy], {
      calendars: [
        {
          ...dayAndNight,
          rules: since2024([
            {
              hours: [
                { from: '02:00', to: '03:00', period: 'day' },
                { from: '03:00', to: '02:00', period: 'night' },
              ],
            },
          ]),
        },
      ],
    });
    const on = (start: string, end: string) =>
      byTimeOfUse(profile({ start, end }, 'Europe/Berlin', 15, { import: () => 250 }), start, end, sundays);
    expect(on('2024-03-30', '2024-03-31')).toEqual({ day: '1', night: '23' });
    expect(on('2024-03-31', '2024-04-01')).toEqual({ day: '0', night: '23' });
    expect(on('2024-10-27', '2024-10-28')).toEqual({ day: '2', night: '23' });
  });

  it('refuses intervals that lie in two periods', () => {
    const days = ['2024-03-01', '2024-03-02'] as const;
    const of = (minutes: number) =>
      profile({ start: days[0], end: days[1] }, 'UTC', minutes, { import: () => 1 });
    expect(byTimeOfUse(of(480), ...days)).toBe('INTERVAL_TOO_LONG');
    expect(byTimeOfUse(of(120), ...days)).toMatchObject({ day: '0.007' });
  });

  it('loses nothing and mistakes no hour, wherever and whenever clocks change', () => {
    const zones = [
      'Asia/Seoul',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Cairo',
    ];
    const anyStart = fc
      .integer({ min: 0, max: 1000 })
      .map((days) => Temporal.PlainDate.from('2024-01-01').add({ days }));
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        anyStart,
        fc.integer({ min: 1, max: 31 }),
        fc.constantFrom(15, 30),
        (zone, first, days, minutes) => {
          const [start, end] = [first.toString(), first.add({ days }).toString()];
          const valueAt = (instant: number) => (instant / 60_000) % 997;
          const expected = { day: 0, night: 0 };
          const usage = profile({ start, end }, zone, minutes, {
            import: (instant) => {
              const { hour, dayOfWeek } =
                Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
              expected[dayOfWeek < 6 && hour >= 8 && hour < 22 ? 'day' : 'night'] += valueAt(instant);
              return valueAt(instant);
            },
          });
          const found = usage.byTimeOfUse('import', calendar(start, end), { first: 0, last: days });
          if (isRefusal(found)) throw new Error(found.message);
          expect(found.get('day')?.times(1000).toNumber() ?? 0).toBe(expected.day);
          expect(found.get('night')!.times(1000).toNumber()).toBe(expected.night);
          expect(sum(found.values()).equals(usage.total('import'))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the highest demand', () => {
  const march = { start: '2024-03-01', end: '2024-03-03' };
  const at = (time: string) => Date.parse(`2024-03-0${time}Z`);
  const usage = profile(march, 'UTC', 15, {
    import: (instant) =>
      ({
        [at('1T10:00')]: 5000,
        [at('1T10:15')]: 1000,
        [at('2T11:00')]: 4000,
        [at('2T11:15')]: 4000,
        [at('1T23:00')]: 6000,
      })[instant] ?? 100,
  });
  const demand = (window: Partial<Parameters<ProfileUsage['maximumDemand']>[0]>) => {
    const found = usage.maximumDemand({ quantity: 'import', windowMinutes: 15, ...window });
    return isRefusal(found)
      ? found.code
      : [decimalString(found.kW), found.at && new Date(found.at).toISOString().slice(8, 16)];
  };

  it('is the mean over the window, with the instant at which it began', () => {
    expect(demand({})).toEqual(['24', '01T23:00']);
    expect(demand({ windowMinutes: 30 })).toEqual(['16', '02T11:00']);
    expect(demand({ windowMinutes: 'interval' })).toEqual(['24', '01T23:00']);
  });

  it('is that of the hours that count', () => {
    const within = { calendar: calendar(march.start, march.end), periods: ['day'] };
    expect(demand({ within })).toEqual(['20', '01T10:00']);
  });

  it('is that of the windows in which the system had its peaks', () => {
    expect(demand({ peaks: [at('2T11:20')] })).toEqual(['16', '02T11:15']);
    expect(demand({ peaks: [at('9T11:20')] })).toEqual(['0', undefined]);
  });

  it('cannot be known from longer intervals', () => {
    expect(demand({ windowMinutes: 10 })).toBe('INTERVAL_TOO_LONG');
  });

  it('is that of longer intervals where these are accepted', () => {
    expect(demand({ windowMinutes: 10, acceptsLongerIntervals: true })).toEqual(['24', '01T23:00']);
    expect(demand({ windowMinutes: 30, acceptsLongerIntervals: true })).toEqual(['16', '02T11:00']);
    expect(demand({ windowMinutes: 20, acceptsLongerIntervals: true })).toBe('INTERVAL_TOO_LONG');
  });

  it('is nothing where nothing is metered', () => {
    expect(demand({ quantity: 'reactive-import' })).toEqual(['0', undefined]);
  });
});

describe('reactive energy', () => {
  const day = { start: '2024-03-01', end: '2024-03-02' };
  const evening = (instant: number) => (new Date(instant).getUTCHours() >= 18 ? 300 : 0);
  const usage = profile(day, 'UTC', 30, { import: () => 400, 'reactive-import': evening });

  it('is summed with the active energy of the same hours', () => {
    expect(usage.reactive('reactive-import', { from: 1080, to: 1440 })).toEqual([
      { active: 4800, reactive: 3600 },
    ]);
    expect(usage.reactive('reactive-import', { from: 1320, to: 120 })).toEqual([
      { active: 3200, reactive: 1200 },
    ]);
  });

  it('may be told window by window', () => {
    expect(usage.reactive('reactive-import', { from: 1020, to: 1200 }, 60)).toEqual([
      { active: 800, reactive: 0 },
      { active: 800, reactive: 600 },
      { active: 800, reactive: 600 },
    ]);
  });

  it('is unknown where it is not metered', () => {
    expect(usage.reactive('reactive-export', { from: 0, to: 1440 })).toBeUndefined();
  });
});
