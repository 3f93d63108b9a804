import { isRefusal, type Refusal } from '@metermesh/decider';
import { roundingLine, type BillLine, type RatedCharge } from './bill-line.ts';
import { Determinants, type Determinant } from './determinants.ts';
import { decimalString, exact, round, sum, type Exact } from './exact.ts';
import { planOf } from './plan.ts';
import { Quantities } from './quantities.ts';
import { rateCharge } from './rate-charge.ts';
import type { RatingInput } from './rating-input.ts';
import { ratingInput, type RatingRequest } from './rating-request.ts';
import type { Tariff } from '../tariff/tariff.ts';

export type { BillLine, Determinant, RatingInput, RatingRequest };

/** Amounts are exact decimal strings in `currency`; those of the lines always add up to `total`. */
export interface RatedBill {
  readonly tariff: string;
  readonly total: string;
  readonly currency: string;
  readonly lines: readonly BillLine[];
  /** What the charges were computed from. */
  readonly determinants: readonly Determinant[];
}

/** Rates a request as it comes from the command line or another service. Refusals: those of `ratingInput` and `rate`. */
export function rateBill(tariff: Tariff, request: RatingRequest): RatedBill | Refusal {
  const input = ratingInput(request, tariff);
  return isRefusal(input) ? input : rate(tariff, input);
}

/**
 * Rates a period's usage: the tariff's charges in their order, each rounded only where the tariff says so. Refusals:
 * `TARIFF_NOT_EFFECTIVE`, `PERIOD_TOO_LONG`, `HOLIDAYS_UNKNOWN`, those of `Usage`, and for what is needed and not given
 * `CONTRACT_POWER_REQUIRED`, `ATTRIBUTE_REQUIRED`, `SYSTEM_PEAKS_REQUIRED`, `CALORIFIC_VALUE_REQUIRED`, ….
 */
export function rate(tariff: Tariff, input: RatingInput): RatedBill | Refusal {
  const plan = planOf(tariff, input.period, input.partOf);
  if (isRefusal(plan)) return plan;
  const determinants = new Determinants();
  const quantities = new Quantities(plan, input, determinants);
  const rated = new Map<string, RatedCharge>();
  const context = { plan, input, quantities, rated, billedDemands: new Map<string, Exact>(), determinants };
  determinants.note('billing-days', exact(input.period.days.length), 'd');
  const lines: BillLine[] = [];
  for (const charge of tariff.charges) {
    const one = rateCharge(context, charge);
    if (isRefusal(one)) return one;
    lines.push(...one.lines);
  }
  const added = sum(Array.from(rated.values(), ({ amount }) => amount));
  const rounded = round(added, tariff.totalRounding);
  const rounding = roundingLine('total', 'Total', rounded.minus(added));
  if (rounding) lines.push(rounding);
  return {
    tariff: tariff.id,
    currency: tariff.currency,
    ...totalled(tariff, rounded, lines),
    determinants: determinants.all(),
  };
}

/** A total below zero is a credit, or waived where the tariff gives none. */
function totalled(
  { negativeTotal }: Tariff,
  total: Exact,
  lines: BillLine[],
): Pick<RatedBill, 'total' | 'lines'> {
  if (negativeTotal !== 'zero' || !total.isNegative()) return { total: decimalString(total), lines };
  const amount = decimalString(total.negated());
  const waived = { code: 'total-no-credit', charge: 'total', description: 'Total, no credit below zero' };
  return { total: '0', lines: [...lines, { ...waived, quantity: '1', rate: amount, amount }] };
}

/** What a charge comes to: its lines, rounding included. Zero for a charge without lines. */
export function chargeAmount(bill: RatedBill, charge: string): string {
  return decimalString(
    sum(bill.lines.filter((line) => line.charge === charge).map(({ amount }) => exact(amount))),
  );
}
