import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DAY_MINUTES, type CalendarDays } from './calendar-days.ts';
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
    { calendar, days: classes }: CalendarDays,
    { first, last }: DayRange,
  ): ReadonlyMap<string, Exact> | Refusal {
    const days = this.daysOf(quantity);
    const sums = new Float64Array(calendar.periods.length);
    const occurring = new Uint8Array(calendar.periods.length);
    for (let index = first; index < last; index++) {
      for (const period of classes[index]!.occurring) occurring[period] = 1;
      const day = days[index];
      if (!day) continue;
      const periods = this.periodsOf(classes[index]!, day);
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

  maximumDemand({ quantity, windowMinutes, within, peaks }: DemandWindow): Demand | Refusal {
    const { periods = [] } = within?.calendar.calendar ?? {};
    const counted = within && periods.map(({ code }) => within.periods.includes(code));
    let highest: { sum: number; minutes: number; at: number } | undefined;
    for (const [index, day] of this.daysOf(quantity).entries()) {
      if (!day) continue;
      const minutes = windowMinutes === 'interval' ? day.intervalSeconds / 60 : windowMinutes;
      const slots = (minutes * 60) / day.intervalSeconds;
      if (!Number.isInteger(slots)) return tooLong(day.intervalSeconds, minutes);
      const places = within && this.periodsOf(within.calendar.days[index]!, day);
      if (isRefusal(places)) return places;
      for (let slot = 0; slot < day.values.length; slot += slots) {
        if (places && !counted![places[slot]!]) continue;
        const at = day.startsAt + slot * day.intervalSeconds * 1000;
        if (peaks && !peaks.some((peak) => peak >= at && peak < at + minutes * 60_000)) continue;
        const sum = sumOf(day.values, slot, slot + slots);
        if (!highest || sum * highest.minutes > highest.sum * minutes) highest = { sum, minutes, at };
      }
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
    of: CalendarDays['days'][number],
    { startsAt, intervalSeconds, values }: MeteredDay,
  ): Uint8Array | Refusal {
    return of.ofSlots(startsAt, intervalSeconds, values.length, this.profile.timeZone);
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

function sumOf(values: Int32Array | Float64Array, from = 0, to = values.length): number {
  const end = Math.min(to, values.length);
  let sum = 0;
  for (let slot = from; slot < end; slot++) sum += values[slot]!;
  return sum;
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
  if (!Number.isInteger(slots)) return tooLong(active.intervalSeconds, windowMinutes);
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

function tooLong(intervalSeconds: number, windowMinutes: number): Refusal {
  return refuse(
    'INTERVAL_TOO_LONG',
    `Intervals of ${intervalSeconds / 60} minutes do not divide the ${windowMinutes} minutes over which the tariff takes a mean.`,
  );
}
