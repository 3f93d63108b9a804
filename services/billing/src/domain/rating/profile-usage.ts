import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DAY_MINUTES } from '../tariff/minutes.ts';
import type { CalendarDays } from './calendar-days.ts';
import { exact, type Exact } from './exact.ts';
import { slotMinutes } from './local-minutes.ts';
import type { DayRange, Period } from './period.ts';
import type { DayMinutes, Demand, DemandWindow, MeteredQuantity, ReactiveEnergy, Usage } from './usage.ts';

/** One local day of one channel. Values are whole numbers of the profile's unit; what is missing is 0. */
export interface MeteredDay {
  /** Local date. */
  readonly date: string;
  /** Start of the first interval, milliseconds since 1970. */
  readonly startsAt: number;
  readonly intervalSeconds: number;
  readonly values: Int32Array | Float64Array;
}

export interface Profile {
  /** The days of each channel, in order of date. */
  readonly days: Partial<Record<MeteredQuantity, readonly MeteredDay[]>>;
  readonly timeZone: string;
  /** How many units of the values make one of the bill: 1000 for Wh and kWh, litres and m³. */
  readonly unitsPerQuantity: number;
}

/** Usage from interval values: it answers everything that they can tell. */
export class ProfileUsage implements Usage {
  private readonly profile: Profile;
  private readonly period: Period;
  private readonly aligned = new Map<MeteredQuantity, readonly (MeteredDay | undefined)[]>();

  constructor(period: Period, profile: Profile) {
    this.period = period;
    this.profile = profile;
  }

  total(quantity: MeteredQuantity): Exact {
    let total = 0;
    for (const day of this.daysOf(quantity)) if (day) total += sumOf(day.values);
    return this.quantityOf(total);
  }

  daily(quantity: MeteredQuantity): readonly Exact[] {
    return this.daysOf(quantity).map((day) => this.quantityOf(day ? sumOf(day.values) : 0));
  }

  byTimeOfUse(
    quantity: MeteredQuantity,
    calendarDays: CalendarDays,
    { first, last }: DayRange,
  ): ReadonlyMap<string, Exact> | Refusal {
    const { calendar, days: classes } = calendarDays;
    const days = this.daysOf(quantity);
    const sums = new Float64Array(calendar.periods.length);
    const occurring = new Uint8Array(calendar.periods.length);
    for (let index = first; index < last; index++) {
      for (const period of classes[index]!.occurring) occurring[period] = 1;
      const day = days[index];
      if (!day) continue;
      const periods = this.periodsOf(calendarDays, index, day);
      if (isRefusal(periods)) return periods;
      const { values } = day;
      for (let slot = 0; slot < values.length; slot++) sums[periods[slot]!]! += values[slot]!;
    }
    const found = new Map<string, Exact>();
    calendar.periods.forEach(({ code }, place) => {
      if (occurring[place]) found.set(code, this.quantityOf(sums[place]!));
    });
    return found;
  }

  maximumDemand(window: DemandWindow): Demand | Refusal {
    const { quantity, within, peaks } = window;
    const counted =
      within &&
      Uint8Array.from(within.calendar.calendar.periods, ({ code }) => Number(within.periods.includes(code)));
    let highest: (Highest & { readonly minutes: number }) | undefined;
    for (const [index, day] of this.daysOf(quantity).entries()) {
      if (!day) continue;
      const minutes = windowLength(window, day.intervalSeconds / 60);
      const slots = (minutes * 60) / day.intervalSeconds;
      if (!Number.isInteger(slots)) return tooLong(day.intervalSeconds, minutes, 'usage.maxKw');
      const places = within && this.periodsOf(within.calendar, index, day);
      if (isRefusal(places)) return places;
      const ofDay = highestWindow(day, slots, { places, counted, peaks });
      if (ofDay && (!highest || ofDay.sum * highest.minutes > highest.sum * minutes))
        highest = { ...ofDay, minutes };
    }
    if (!highest) return { kW: exact(0) };
    const { sum, minutes, at } = highest;
    return { kW: this.quantityOf(sum).times(60).div(minutes), at };
  }

  reactive(
    quantity: 'reactive-import' | 'reactive-export',
    hours: DayMinutes,
    windowMinutes?: number,
  ): readonly ReactiveEnergy[] | Refusal | undefined {
    if (!this.profile.days[quantity]) return undefined;
    const reactiveDays = this.daysOf(quantity);
    const windows: ReactiveEnergy[] = [];
    for (const [index, day] of this.daysOf('import').entries()) {
      const other = reactiveDays[index];
      if (!day || !other) continue;
      const found = energiesOf(day, other, this.minutesOf(day), hours, windowMinutes);
      if (isRefusal(found)) return found;
      windows.push(...found);
    }
    if (windowMinutes !== undefined) return windows;
    const add = (side: keyof ReactiveEnergy) => windows.reduce((total, window) => total + window[side], 0);
    return [{ active: add('active'), reactive: add('reactive') }];
  }

  private periodsOf(
    calendar: CalendarDays,
    index: number,
    { startsAt, intervalSeconds, values }: MeteredDay,
  ): Uint8Array | Refusal {
    const { timeZone } = this.profile;
    return calendar.ofSlots(index, { startsAt, intervalSeconds, count: values.length, timeZone });
  }

  private minutesOf({ startsAt, intervalSeconds, values }: MeteredDay): Uint16Array {
    return slotMinutes(startsAt, intervalSeconds, values.length, this.profile.timeZone).minutes;
  }

  private quantityOf(units: number): Exact {
    return exact(units).div(this.profile.unitsPerQuantity);
  }

  /** One for each day of the period. */
  private daysOf(quantity: MeteredQuantity): readonly (MeteredDay | undefined)[] {
    let aligned = this.aligned.get(quantity);
    if (!aligned) {
      const days = this.profile.days[quantity] ?? [];
      const dates = this.period.days;
      const isWhole =
        days.length === dates.length && dates.every((date, index) => days[index]!.date === date);
      if (isWhole) aligned = days;
      else {
        const byDate = new Map(days.map((day) => [day.date, day]));
        aligned = dates.map((date) => byDate.get(date));
      }
      this.aligned.set(quantity, aligned);
    }
    return aligned;
  }
}

/** How long the windows are in which intervals of so many minutes are taken together. */
function windowLength({ windowMinutes, acceptsLongerIntervals }: DemandWindow, interval: number): number {
  if (windowMinutes === 'interval') return interval;
  return acceptsLongerIntervals ? Math.max(windowMinutes, interval) : windowMinutes;
}

function sumOf(values: Int32Array | Float64Array): number {
  let sum = 0;
  for (let slot = 0; slot < values.length; slot++) sum += values[slot]!;
  return sum;
}

interface Highest {
  readonly sum: number;
  readonly at: number;
}

/** Which windows count: by the period of their first interval, and by the peaks that lie in them. */
interface Counting {
  readonly places: Uint8Array | undefined;
  readonly counted: Uint8Array | undefined;
  readonly peaks: readonly number[] | undefined;
}

/** The window of so many intervals with the greatest sum; undefined where none counts. */
function highestWindow(
  { values, startsAt, intervalSeconds }: MeteredDay,
  slots: number,
  { places, counted, peaks }: Counting,
): Highest | undefined {
  const length = intervalSeconds * 1000;
  let highest = -1;
  let found = -1;
  for (let slot = 0; slot < values.length; slot += slots) {
    if (places && !counted![places[slot]!]) continue;
    let sum = values[slot]!;
    for (let next = slot + 1; next < slot + slots && next < values.length; next++) sum += values[next]!;
    if (sum <= highest) continue;
    const at = startsAt + slot * length;
    if (peaks && !peaks.some((peak) => peak >= at && peak < at + slots * length)) continue;
    highest = sum;
    found = at;
  }
  return found < 0 ? undefined : { sum: highest, at: found };
}

/** Of one day: an element for each window that begins in the hours; one for the whole day where there are no windows. */
function energiesOf(
  active: MeteredDay,
  reactive: MeteredDay,
  minutes: Uint16Array,
  { from, to }: DayMinutes,
  windowMinutes: number = DAY_MINUTES * 2,
): ReactiveEnergy[] | Refusal {
  const slots = (windowMinutes * 60) / active.intervalSeconds;
  if (!Number.isInteger(slots)) return tooLong(active.intervalSeconds, windowMinutes, 'powerFactor');
  if (reactive.intervalSeconds !== active.intervalSeconds || reactive.values.length !== active.values.length)
    return refuse(
      'INTERVALS_DIFFER',
      `On ${active.date} active and reactive energy have intervals of different lengths; the power factor needs them alike.`,
    );
  const windows: { active: number; reactive: number }[] = [];
  let last = -1;
  for (let slot = 0; slot < active.values.length; slot++) {
    const minute = minutes[slot]!;
    if (from < to ? minute < from || minute >= to : minute < from && minute >= to) continue;
    const window = Math.floor(slot / slots);
    if (window !== last) windows.push({ active: 0, reactive: 0 });
    last = window;
    windows.at(-1)!.active += active.values[slot]!;
    windows.at(-1)!.reactive += reactive.values[slot]!;
  }
  return windows;
}

function tooLong(intervalSeconds: number, windowMinutes: number, member: string): Refusal {
  return refuse(
    'INTERVAL_TOO_LONG',
    `Intervals of ${intervalSeconds / 60} minutes do not divide the ${windowMinutes} minutes over which the tariff takes a mean; give shorter ones, or what the meter found as ${member}.`,
  );
}
