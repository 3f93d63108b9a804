import { refuse, type Refusal } from '@metermesh/decider';
import { calendarDays, type CalendarDays } from './calendar-days.ts';
import { exact, type Exact } from './exact.ts';
import { daysInMonthFrom, runs, wholeMonths, type DayRange, type Period, type Run } from './period.ts';
import { valueOn, type BySeason, type Dated } from '../tariff/dated.ts';
import { isHoliday } from '../tariff/holidays.ts';
import { seasonOn, type Season } from '../tariff/season.ts';
import { effectiveFrom, type Tariff } from '../tariff/tariff.ts';

/** The part of a billing period that lies in one season. */
export interface SeasonPart {
  readonly season: string;
  readonly range: DayRange;
}

const MOST_REMEMBERED = 1000;

/** What is alike for all bills of a tariff and a period: made once, so that a bill itself is only arithmetic. */
export class BillPlan {
  readonly tariff: Tariff;
  readonly period: Period;
  readonly whole: DayRange;
  readonly parts: readonly SeasonPart[];
  /** How many months the period, or the one that it is a part of, is; 1 where it is prorated by days. */
  readonly months: number;
  /** The days that those months have. */
  readonly monthDays: number;
  private readonly calendars = new Map<string, CalendarDays | Refusal>();
  private readonly inForceOf = new WeakMap<Dated<unknown>, Map<DayRange, readonly Run<unknown>[]>>();
  private readonly decimals = new Map<string, Exact>();
  private readonly memory = new Map<string, object>();

  constructor(tariff: Tariff, period: Period, partOf: Period = period) {
    this.tariff = tariff;
    this.period = period;
    this.whole = { first: 0, last: period.days.length };
    this.parts = this.bySeason(tariff.seasons, this.whole);
    const { shortestDays, longestDays } = tariff.billingMonth;
    const days = partOf.days.length;
    const months = wholeMonths(partOf) ?? (days >= shortestDays && days <= longestDays ? 1 : undefined);
    this.months = months ?? 1;
    this.monthDays = months ? days : daysInMonthFrom(partOf.start);
  }

  /** The values in force on days of the range, each with its days. The same objects for the same range object. */
  inForce<T>(values: Dated<T>, range: DayRange): readonly Run<T>[] {
    let byRange = this.inForceOf.get(values);
    if (!byRange) this.inForceOf.set(values, (byRange = new Map()));
    let found = byRange.get(range) as readonly Run<T>[] | undefined;
    if (!found) {
      found = runs(range, (day) => valueOn(values, this.period.days[day]!)).filter(
        (run): run is Run<T & {}> => run.value !== undefined,
      );
      byRange.set(range, found);
    }
    return found;
  }

  bySeason(seasons: readonly Season[], range: DayRange): SeasonPart[] {
    return runs(range, (day) => seasonOn(seasons, this.period.days[day]!)).map((run) => ({
      season: run.value ?? '',
      range: run.range,
    }));
  }

  /** The calendar of that code on the days of the period. Refusal: `HOLIDAYS_UNKNOWN`. */
  calendar(code: string): CalendarDays | Refusal {
    let found = this.calendars.get(code);
    if (!found) this.calendars.set(code, (found = this.calendarDays(code)));
    return found;
  }

  /** Numbers of the tariff, each read once. */
  exact(decimal: string): Exact {
    let found = this.decimals.get(decimal);
    if (!found) this.decimals.set(decimal, (found = exact(decimal)));
    return found;
  }

  /** What is worked out once for all bills that ask under the same key. */
  remembered<T extends object>(key: string, make: () => T): T {
    let found = this.memory.get(key) as T | undefined;
    if (!found) {
      if (this.memory.size >= MOST_REMEMBERED) this.memory.clear();
      this.memory.set(key, (found = make()));
    }
    return found;
  }

  private calendarDays(code: string): CalendarDays | Refusal {
    const { tariff, period } = this;
    const calendar = tariff.calendars?.find((one) => one.code === code);
    if (!calendar) throw new Error(`${tariff.id} has no calendar "${code}"; it was not checked.`);
    const { holidays } = calendar;
    const listed = typeof holidays === 'string' ? tariff.holidays?.[holidays] : undefined;
    return calendarDays(
      calendar,
      tariff.seasons,
      (date) => (listed ? isHoliday(listed, date) : Array.isArray(holidays) && holidays.includes(date)),
      period.days,
    );
  }
}

/** The value of a season, where there is one for each. */
export function ofSeason<T extends string | readonly unknown[]>(value: BySeason<T>, season: string): T {
  if (typeof value === 'string' || Array.isArray(value)) return value as T;
  return (value as Readonly<Record<string, T>>)[season]!;
}

const MOST_PLANS = 500;
const plans = new WeakMap<Tariff, Map<string, BillPlan | Refusal>>();

/** The plan of a tariff for a period, remembered. Refusals: `TARIFF_NOT_EFFECTIVE`, `PERIOD_TOO_LONG`. */
export function planOf(tariff: Tariff, period: Period, partOf?: Period): BillPlan | Refusal {
  let known = plans.get(tariff);
  if (!known) plans.set(tariff, (known = new Map()));
  const key = `${period.start} ${period.end} ${partOf?.start} ${partOf?.end}`;
  let plan = known.get(key);
  if (!plan) {
    plan =
      outsideTariff(tariff, period) ??
      tooLong(tariff, partOf ?? period) ??
      new BillPlan(tariff, period, partOf);
    if (known.size >= MOST_PLANS) known.clear();
    known.set(key, plan);
  }
  return plan;
}

function outsideTariff(tariff: Tariff, { start, end }: Period): Refusal | undefined {
  const from = effectiveFrom(tariff);
  if (start < from)
    return refuse(
      'TARIFF_NOT_EFFECTIVE',
      `${tariff.id} is known from ${from} on; the period begins on ${start}.`,
    );
  if (tariff.until && end > tariff.until)
    return refuse(
      'TARIFF_NOT_EFFECTIVE',
      `${tariff.id} is known until ${tariff.until}, without that day; the period ends on ${end}.`,
    );
  return undefined;
}

function tooLong(tariff: Tariff, period: Period): Refusal | undefined {
  const { longestDays } = tariff.billingMonth;
  const days = period.days.length;
  if (days <= longestDays || (wholeMonths(period) && tariff.severalMonths !== 'apart')) return undefined;
  return refuse(
    'PERIOD_TOO_LONG',
    `${days} days are more than the ${longestDays} of a billing month${tariff.severalMonths ? '' : ' and no whole months'}; rate each month by itself.`,
  );
}
