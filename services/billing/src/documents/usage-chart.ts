import { readingType } from '@metermesh/metering';
import { exact, decimalString, sum } from '../domain/rating/exact.ts';
import type { ShownDeterminant } from '../projections/bill.ts';
import type { BillFacts, DocumentedBill } from './bill-facts.ts';
import type { BillNames } from './bill-names.ts';
import { unitSymbol, type Formats, type Language } from './formats.ts';
import type { Words } from './words.ts';

/** The usage of each day of the period, in parts where the tariff has times of use. */
export interface UsageChart {
  readonly language: Language;
  readonly title: string;
  readonly summary: string;
  readonly unit: string;
  /** Cheapest first; one without a name where there are no times of use. */
  readonly series: readonly { readonly name: string; readonly total: string }[];
  readonly days: readonly ChartDay[];
  readonly estimated: string;
}

export interface ChartDay {
  readonly date: string;
  readonly label: string;
  /** In the order of the series, as they are drawn: never as money is counted. */
  readonly parts: readonly number[];
  readonly quantity: string;
  readonly isEstimated: boolean;
}

/** What the bill is mainly of: the first thing measured, such as the energy taken. */
export function mainUsage({ determinants }: DocumentedBill): ShownDeterminant | undefined {
  return determinants.find(({ code }) => readingType(code)?.aggregation === 'sum');
}

/** Undefined where the bill rests on no daily values, or has only one day. */
export function usageChart(
  facts: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): UsageChart | undefined {
  const usage = mainUsage(facts.bill);
  if (!usage || usage.days.length < 2) return undefined;
  const unit = unitSymbol(usage.unit);
  const amount = (value: string) => `${formats.rounded(value, 2)} ${unit}`;
  const most = usage.days.reduce((one, other) =>
    exact(other.quantity).greaterThan(one.quantity) ? other : one,
  );
  const mean = exact(usage.quantity).div(usage.days.length);
  const periods = timesOfUse(facts, usage);
  const byDate = new Map(facts.timeOfUse?.map(({ date, quantities }) => [date, quantities]));
  return {
    language: formats.language,
    title: words.daily(unit),
    summary: words.dailySummary(
      amount(most.quantity),
      formats.shortDate(most.date),
      amount(decimalString(mean)),
    ),
    unit,
    series: periods
      ? periods.map((period) => ({
          name: names.timeOfUse(period),
          total: amount(
            decimalString(
              sum((facts.timeOfUse ?? []).map(({ quantities }) => exact(quantities[period] ?? 0))),
            ),
          ),
        }))
      : [{ name: '', total: amount(usage.quantity) }],
    days: usage.days.map(({ date, quantity, estimatedIntervals }) => ({
      date,
      label: formats.shortDate(date),
      parts: periods ? periods.map((period) => Number(byDate.get(date)?.[period] ?? 0)) : [Number(quantity)],
      quantity: formats.rounded(quantity, 2),
      isEstimated: estimatedIntervals > 0,
    })),
    estimated: words.estimated,
  };
}

/**
 * The times of use that the days are drawn in, cheapest first. Undefined where there are none, and where a day has changed
 * since: the bill shows what it was made of.
 */
function timesOfUse({ bill, timeOfUse }: BillFacts, usage: ShownDeterminant): string[] | undefined {
  if (!timeOfUse) return undefined;
  const sums = new Map(
    timeOfUse.map(({ date, quantities }) => [
      date,
      sum(Object.values(quantities).map((value) => exact(value))),
    ]),
  );
  if (!usage.days.every(({ date, quantity }) => sums.get(date)?.equals(quantity))) return undefined;
  const periods = new Set(timeOfUse.flatMap(({ quantities }) => Object.keys(quantities)));
  const rateOf = (period: string) => Number(bill.lines.find((line) => line.timeOfUse === period)?.rate ?? 0);
  return [...periods].sort((one, other) => rateOf(one) - rateOf(other));
}
