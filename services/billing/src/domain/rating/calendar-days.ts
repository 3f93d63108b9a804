import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { rulesFor, type Calendar, type CalendarRule, type DayType } from '../tariff/calendar.ts';
import { DAY_MINUTES, minutesOf, timeOf } from '../tariff/minutes.ts';
import { valueOn } from '../tariff/dated.ts';
import { seasonOn, type Season } from '../tariff/season.ts';
import { slotMinutes } from './local-minutes.ts';

/** Which time-of-use period each minute of a day belongs to: all days of one rule version, season and day type. */
export class DayClass {
  /** Place of the period in the calendar, for each minute of local time. */
  readonly minutes: Uint8Array;
  /** Places of the periods that occur, in ascending order. */
  readonly occurring: readonly number[];
  private readonly slots = new Map<string, Uint8Array | Refusal>();

  constructor(minutes: Uint8Array) {
    this.minutes = minutes;
    this.occurring = [...new Set(minutes)].sort((a, b) => a - b);
  }

  /**
   * The period of each interval of a day that begins at `startsAt`. Refusal `INTERVAL_TOO_LONG` where an interval lies in
   * two periods: nobody knows how much of it belongs to which.
   */
  ofSlots({ startsAt, intervalSeconds, count, timeZone }: DayIntervals): Uint8Array | Refusal {
    const { shape, minutes } = slotMinutes(startsAt, intervalSeconds, count, timeZone);
    const known = this.slots.get(shape);
    if (known) return known;
    const found = this.classify(minutes, intervalSeconds / 60);
    this.slots.set(shape, found);
    return found;
  }

  private classify(starts: Uint16Array, length: number): Uint8Array | Refusal {
    const periods = new Uint8Array(starts.length);
    for (let slot = 0; slot < starts.length; slot++) {
      const from = starts[slot]!;
      const period = this.minutes[from]!;
      for (let minute = from + 1; minute < from + length; minute++)
        if (this.minutes[minute % DAY_MINUTES] !== period)
          return refuse(
            'INTERVAL_TOO_LONG',
            `Intervals of ${length} minutes lie in two periods of the calendar (at ${timeOf(from)}); shorter ones are needed.`,
          );
      periods[slot] = period;
    }
    return periods;
  }
}

/** When the intervals of a day begin: how many, how long, from which instant (milliseconds since 1970) on. */
export interface DayIntervals {
  readonly startsAt: number;
  readonly intervalSeconds: number;
  readonly count: number;
  readonly timeZone: string;
}

/** A calendar on the days of one billing period. */
export class CalendarDays {
  readonly calendar: Calendar;
  /** One a day of the billing period. */
  readonly days: readonly DayClass[];
  private readonly asked: { readonly intervals: DayIntervals; readonly periods: Uint8Array }[] = [];

  constructor(calendar: Calendar, days: readonly DayClass[]) {
    this.calendar = calendar;
    this.days = days;
  }

  /** The period of each interval of a day. Meters of a fleet are alike: the last answer for a day mostly fits. */
  ofSlots(day: number, intervals: DayIntervals): Uint8Array | Refusal {
    const last = this.asked[day];
    if (last && areEqual(last.intervals, intervals)) return last.periods;
    const periods = this.days[day]!.ofSlots(intervals);
    if (!isRefusal(periods)) this.asked[day] = { intervals, periods };
    return periods;
  }
}

function areEqual(one: DayIntervals, other: DayIntervals): boolean {
  return (
    one.startsAt === other.startsAt &&
    one.intervalSeconds === other.intervalSeconds &&
    one.count === other.count &&
    one.timeZone === other.timeZone
  );
}

const classes = new WeakMap<Calendar, Map<string, DayClass>>();

/**
 * Which class each of the dates has. Refusal `HOLIDAYS_UNKNOWN` where a date lies in a year that the calendar's list of
 * holidays does not have.
 */
export function calendarDays(
  calendar: Calendar,
  seasons: readonly Season[],
  holidays: HolidayDates,
  dates: readonly string[],
): CalendarDays | Refusal {
  const days: DayClass[] = [];
  for (const date of dates) {
    const type = dayTypeOf(date, holidays);
    if (!type)
      return refuse(
        'HOLIDAYS_UNKNOWN',
        `Calendar "${calendar.code}" needs the public holidays of ${date.slice(0, 4)} (${String(calendar.holidays)}); add that year to its list.`,
      );
    days.push(classOf(calendar, seasonOn(calendar.seasons ?? seasons, date) ?? '', type, date));
  }
  return new CalendarDays(calendar, days);
}

/** Whether a date is a public holiday; undefined where its year is not known. */
export type HolidayDates = (date: string) => boolean | undefined;

function classOf(calendar: Calendar, season: string, type: DayType, date: string): DayClass {
  const rules = valueOn(calendar.rules, date) ?? [];
  const version = calendar.rules.findIndex(({ value }) => value === rules);
  const key = `${version} ${season} ${type}`;
  let known = classes.get(calendar);
  if (!known) classes.set(calendar, (known = new Map()));
  let found = known.get(key);
  if (!found) known.set(key, (found = new DayClass(minutesByPeriod(calendar, rules, season, type))));
  return found;
}

function minutesByPeriod(
  { periods }: Calendar,
  rules: readonly CalendarRule[],
  season: string,
  type: DayType,
): Uint8Array {
  const minutes = new Uint8Array(DAY_MINUTES);
  for (const { hours } of rulesFor(rules, season, type))
    for (const span of hours) {
      const place = periods.findIndex(({ code }) => code === span.period);
      for (const minute of minutesOf(span)) minutes[minute] = place;
    }
  return minutes;
}

function dayTypeOf(date: string, holidays: HolidayDates): DayType | undefined {
  const isHoliday = holidays(date);
  if (isHoliday === undefined) return undefined;
  if (isHoliday) return 'holiday';
  const weekday = new Date(date).getUTCDay();
  if (weekday === 0) return 'sunday';
  return weekday === 6 ? 'saturday' : 'weekday';
}
