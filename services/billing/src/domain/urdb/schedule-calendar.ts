import type { Calendar, CalendarRule, DayType } from '../tariff/calendar.ts';
import { monthSeasons } from './months.ts';

/** For each month the place of a period in its rate structure, for each hour from midnight on. */
export type Schedule = readonly (readonly number[])[];

const HOURS = 24;
/** The database knows no holidays: on them the hours of their day of the week hold, and no list of holidays is given. */
const onWeekdays: DayType[] = ['weekday', 'holiday'];
const onWeekends: DayType[] = ['saturday', 'sunday'];

export function periodCode(period: number): string {
  return `period-${period}`;
}

/** The calendar that a pair of twelve-by-24 schedules draws; hours are those of the customer's clock. */
export function scheduleCalendar(
  code: string,
  name: string,
  from: string,
  { weekday, weekend }: { weekday: Schedule; weekend: Schedule },
): Calendar {
  const { seasons, ofMonth } = monthSeasons((month) => JSON.stringify([weekday[month], weekend[month]]));
  const rules = [...new Set(ofMonth)].flatMap((season): CalendarRule[] => {
    const month = ofMonth.indexOf(season);
    const [on, off] = [hours(weekday[month] ?? []), hours(weekend[month] ?? [])];
    if (JSON.stringify(on) === JSON.stringify(off)) return [{ seasons: [season], hours: on }];
    return [
      { seasons: [season], dayTypes: onWeekdays, hours: on },
      { seasons: [season], dayTypes: onWeekends, hours: off },
    ];
  });
  return {
    code,
    periods: periodsOf(weekday, weekend).map((period) => ({
      code: periodCode(period),
      name: { en: `${name} period ${period + 1}` },
    })),
    seasons,
    rules: [{ from, value: rules }],
  };
}

/** The periods that schedules name, in order. */
export function periodsOf(...schedules: Schedule[]): number[] {
  return [...new Set(schedules.flat(2))].sort((one, other) => one - other);
}

function hours(periods: readonly number[]): CalendarRule['hours'] {
  return periods.flatMap((period, hour) => {
    if (hour > 0 && periods[hour - 1] === period) return [];
    const next = periods.findIndex((other, later) => later > hour && other !== period);
    return [{ from: clock(hour), to: clock(next < 0 ? HOURS : next), period: periodCode(period) }];
  });
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
