import type { Period } from './period.ts';
import type { Usage } from './usage.ts';

/** A right to the discounts that are `for` it, on the local dates from `from` on and before `to`; always where absent. */
export interface Entitlement {
  readonly code: string;
  readonly from?: string;
  readonly to?: string;
}

/** One decimal for the whole period, or one for each of its local dates. */
export type DailyValue = string | Readonly<Record<string, string>>;

/** What is known of the gas itself; what is absent stands in the tariff. */
export interface GasSupply {
  /** At the meter, above the atmosphere. */
  readonly gaugePressureKPa?: DailyValue;
  readonly atmosphericPressureKPa?: DailyValue;
  /** °C */
  readonly temperatureC?: DailyValue;
  /** Compression factor at the meter over that at standard conditions; 1 where absent, as at low pressure. */
  readonly compressibility?: DailyValue;
  /** Standard volume over metered volume. */
  readonly correctionFactor?: DailyValue;
  /** MJ per standard cubic metre. */
  readonly calorificValue?: DailyValue;
}

/** Everything that a bill is made of besides the tariff. Numbers are exact decimals as text. */
export interface RatingInput {
  readonly period: Period;
  /**
   * The billing period that `period` is a part of, where tariff or terms change within it: whatever is stated a month is then
   * prorated by the days of that whole, so that the parts of an unchanged tariff make up one bill.
   */
  readonly partOf?: Period;
  readonly usage: Usage;
  /**
   * Where intervals are longer than the window of a demand charge, their own means are taken: close enough to compare prices,
   * too little to bill by.
   */
  readonly acceptsLongerIntervals?: boolean;
  readonly contractKw?: string;
  readonly discounts?: readonly Entitlement[];
  /** What charges ask of the customer, such as `{ "pipe-size-mm": "20" }`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** As shares of 1, where they are read from the meter; else they come from the reactive interval values. */
  readonly powerFactor?: { readonly lagging?: string; readonly leading?: string };
  /** kW billed or measured in months before (`2024-07`), for all demand charges or by the code of each. */
  readonly demandHistory?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Starts of the intervals in which the system had its peak, milliseconds since 1970. */
  readonly systemPeaks?: readonly number[];
  readonly gas?: GasSupply;
}
