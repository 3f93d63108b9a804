import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Determinant } from '../rating/determinants.ts';
import { decimalString, exact, sum, type Exact } from '../rating/exact.ts';
import { rate, type RatedBill } from '../rating/rate-bill.ts';
import type { RatingInput } from '../rating/rating-input.ts';
import type { Tariff } from '../tariff/tariff.ts';

/** What was used in one billing period, as a tariff asks for it. */
export interface UsageMonth {
  /** Local date. */
  readonly periodStart: string;
  readonly inputFor: (tariff: Tariff) => RatingInput | Refusal;
}

/** One month on one tariff: what it comes to, or why that tariff cannot rate it. */
export interface ComparedMonth {
  readonly periodStart: string;
  readonly total?: string;
  readonly refusal?: Refusal;
}

/** What the months would have cost on a tariff. Amounts are exact decimals in its currency. */
export interface TariffResult {
  readonly tariff: Tariff;
  /** Of the months that it rates; absent where it rates none. */
  readonly total?: string;
  /** More than the tariff compared with, below zero where less, over the months that both rate; absent where there are none. */
  readonly difference?: string;
  readonly months: readonly ComparedMonth[];
  /** The first reason why a month has no total. */
  readonly refusal?: Refusal;
}

type DemandHistory = NonNullable<RatingInput['demandHistory']>;

/**
 * Rates the same months on each tariff, with the engine that bills, and ranks them: first those that rate every month, then
 * those that rate some, in order of the difference to `current` (without it, of the total), then those that rate none.
 *
 * @param months in order of time
 * @param before months before those, for ratchets to look back at
 */
export function compareTariffs(
  months: readonly UsageMonth[],
  tariffs: readonly Tariff[],
  current?: TariffResult,
  before: readonly UsageMonth[] = [],
): TariffResult[] {
  const results = tariffs.map((tariff) => comparedWith(current, rateMonths(tariff, months, before)));
  return results.toSorted((one, other) => rank(one) - rank(other) || order(one, other));
}

/** The months on one tariff. The highest demand of each, and of those before, goes into the ratchets of the months after it. */
export function rateMonths(
  tariff: Tariff,
  usage: readonly UsageMonth[],
  before: readonly UsageMonth[] = [],
): TariffResult {
  let carried: DemandHistory = {};
  const rateMonth = ({ periodStart, inputFor }: UsageMonth): ComparedMonth => {
    const input = inputFor(tariff);
    if (isRefusal(input)) return { periodStart, refusal: input };
    const rated = rate(tariff, { ...input, demandHistory: { ...input.demandHistory, ...carried } });
    if (isRefusal(rated)) return { periodStart, refusal: rated };
    carried = { ...carried, ...demandOf(periodStart, rated) };
    return { periodStart, total: rated.total };
  };
  if (hasRatchets(tariff)) before.forEach(rateMonth);
  const months = usage.map(rateMonth);
  const totals = months.flatMap(({ total }) => (total === undefined ? [] : [exact(total)]));
  const refusal = months.find((month) => month.refusal)?.refusal;
  return {
    tariff,
    months,
    ...(totals.length > 0 && { total: decimalString(sum(totals)) }),
    ...(refusal && { refusal }),
  };
}

/** Whether what a month costs depends on the demand of months before it. */
export function hasRatchets({ charges }: Tariff): boolean {
  return charges.some((charge) => charge.kind === 'demand' && (charge.ratchets ?? []).length > 0);
}

/** The highest demand that each demand charge measured, as the months after it ask for it. */
function demandOf(periodStart: string, { determinants }: RatedBill): DemandHistory {
  const measured = determinants.filter(
    ({ code, of }: Determinant) => code === 'max-demand' && of !== undefined,
  );
  if (measured.length === 0) return {};
  const byCharge = Object.fromEntries(measured.map(({ of, quantity }) => [of!, quantity]));
  return { [periodStart.slice(0, 'YYYY-MM'.length)]: byCharge };
}

function comparedWith(current: TariffResult | undefined, result: TariffResult): TariffResult {
  if (!current || current.tariff.currency !== result.tariff.currency) return result;
  const differences = result.months.flatMap(({ total }, index): Exact[] => {
    const now = current.months[index]?.total;
    return total === undefined || now === undefined ? [] : [exact(total).minus(now)];
  });
  return differences.length === 0 ? result : { ...result, difference: decimalString(sum(differences)) };
}

const rank = ({ total, refusal }: TariffResult): number => (total === undefined ? 2 : refusal ? 1 : 0);

/** Amounts of different currencies are not compared: each currency is a list of its own. */
function order(one: TariffResult, other: TariffResult): number {
  const byCurrency = alphabetically(one.tariff.currency, other.tariff.currency);
  if (byCurrency !== 0) return byCurrency;
  const [first, second] = [one, other].map(({ difference, total }) => exact(difference ?? total ?? 0));
  return first!.comparedTo(second!) || alphabetically(one.tariff.id, other.tariff.id);
}

const alphabetically = (one: string, other: string): number => Number(one > other) - Number(one < other);
