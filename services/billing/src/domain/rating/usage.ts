import type { Refusal } from '@metermesh/decider';
import type { QuantityName } from '../tariff/charge.ts';
import type { CalendarDays } from './calendar-days.ts';
import type { Exact } from './exact.ts';
import type { DayRange } from './period.ts';

export interface Demand {
  /** The highest mean power of a window, kW. */
  readonly kW: Exact;
  /** Start of that window, milliseconds since 1970, where it is known. */
  readonly at?: number;
}

export interface DemandWindow {
  readonly quantity: MeteredQuantity;
  /** `interval`: of each interval, whatever its length. */
  readonly windowMinutes: number | 'interval';
  /** Intervals longer than the window are windows themselves; refused where absent. */
  readonly acceptsLongerIntervals?: boolean;
  /** Hours that count, by code of the calendar's periods; all where absent. */
  readonly within?: { readonly calendar: CalendarDays; readonly periods: readonly string[] };
  /** Only windows that hold one of these instants count. */
  readonly peaks?: readonly number[];
}

/** Active and reactive energy of the same time, in kWh and kvarh. */
export interface ReactiveEnergy {
  readonly active: number;
  readonly reactive: number;
}

/** Minutes of the local day, half-open; over midnight where `to` is not after `from`. */
export interface DayMinutes {
  readonly from: number;
  readonly to: number;
}

/**
 * What a bill asks of the metered values of one period. Sums are exact, in the unit of the quantity. Refusals:
 * `INTERVALS_REQUIRED`, `INTERVAL_TOO_LONG`, `DEMAND_REQUIRED`, `TIME_OF_USE_UNKNOWN`.
 */
export interface Usage {
  /** Zero where there is no meter for it. */
  total(quantity: MeteredQuantity): Exact | Refusal;
  /** Of each day of the period; undefined where only the sum is known. */
  daily(quantity: MeteredQuantity): readonly Exact[] | undefined;
  /** Of each period of the calendar that occurs on the days of the range, in the order of the calendar. */
  byTimeOfUse(
    quantity: MeteredQuantity,
    calendar: CalendarDays,
    range: DayRange,
  ): ReadonlyMap<string, Exact> | Refusal;
  maximumDemand(window: DemandWindow): Demand | Refusal;
  /** In those hours: one a window, or the sums of the whole period. Undefined where no reactive energy is metered. */
  reactive(
    quantity: 'reactive-import' | 'reactive-export',
    hours: DayMinutes,
    windowMinutes?: number,
  ): readonly ReactiveEnergy[] | Refusal | undefined;
}

export type MeteredQuantity = Exclude<
  QuantityName,
  'net-import' | 'net-export' | 'volume' | 'standard-volume' | 'energy'
>;
