import type { Refusal } from '@metermesh/decider';
import type { QuantityName } from '../tariff/charge.ts';
import type { CalendarDays } from './calendar-days.ts';
import type { Exact } from './exact.ts';

/** Days of a period, by their place in it: from the first up to, without, the last. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

export interface Demand {
  /** The highest mean power of a window, kW. */
  readonly kW: Exact;
  /** Start of that window, milliseconds since 1970, where it is known. */
  readonly at?: number;
}

export interface DemandWindow {
  readonly quantity: QuantityName;
  readonly windowMinutes: number;
  /** Hours that count; all where absent. */
  readonly within?: { readonly calendar: CalendarDays; readonly periods: readonly string[] };
  /** Only windows that hold one of these instants count. */
  readonly peaks?: readonly number[];
}

/** Kilowatt hours and kvarh of the same window, as they are in the meter's channels. */
export interface PowerFactorSum {
  readonly active: Exact;
  readonly reactive: Exact;
}

/**
 * What a bill asks of the metered values of one period. All sums are exact, in the unit of the quantity. Refusals:
 * `INTERVALS_REQUIRED`, `QUANTITY_REQUIRED`, `INTERVAL_TOO_LONG`.
 */
export interface Usage {
  total(quantity: QuantityName): Exact | Refusal;
  /** Of each day of the period; absent where only the sum is known. */
  daily(quantity: QuantityName): readonly Exact[] | undefined;
  /** By period of the calendar, over the days of the range. */
  byTimeOfUse(quantity: QuantityName, calendar: CalendarDays, range: DayRange): ReadonlyMap<string, Exact> | Refusal;
  maximumDemand(window: DemandWindow): Demand | Refusal;
  /**
   * Active and reactive energy within hours of local time (`fromMinute` and `toMinute` of the day, wrapping), one element a
   * window, or one for the whole period. Undefined where no reactive energy is metered.
   */
  reactive(
    quantity: 'reactive-import' | 'reactive-export',
    hours: { readonly fromMinute: number; readonly toMinute: number },
    windowMinutes?: number,
  ): readonly PowerFactorSum[] | undefined | Refusal;
}
