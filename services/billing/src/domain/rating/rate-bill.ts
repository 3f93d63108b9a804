import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { roundingLines, type BillLine } from './bill-line.ts';
import { decimalString, exact, round, sum, type Exact } from './exact.ts';
import { billingMonthDays, seasonParts } from './proration.ts';
import { rateCharge } from './rate-charge.ts';
import { meteredUsage, type RatingRequest } from './rating-request.ts';
import { effectiveFrom, type Tariff } from '../tariff/tariff.ts';

export type { BillLine, RatingRequest };

/** Amounts are exact decimal strings in `currency`; those of the lines always add up to `total`. */
export interface RatedBill {
  readonly tariff: string;
  readonly total: string;
  readonly currency: string;
  readonly lines: readonly BillLine[];
}

/**
 * Rates a period's usage: the tariff's charges in their order, each rounded only where the tariff says so.
 * Refusals: those of `meteredUsage`, and `TARIFF_NOT_EFFECTIVE`.
 */
export function rateBill(tariff: Tariff, request: RatingRequest): RatedBill | Refusal {
  const metered = meteredUsage(request, tariff.unit);
  if (isRefusal(metered)) return metered;
  const { period } = metered;
  const unratable = outsideTariff(tariff, period.start, period.days.length);
  if (unratable) return unratable;

  const usage = round(metered.quantity, tariff.quantityRounding);
  const monthDays = billingMonthDays(tariff, period);
  const parts = seasonParts(tariff, period, usage);
  const amounts = new Map<string, Exact>();
  const lines: BillLine[] = [];
  for (const charge of tariff.charges) {
    const rated = rateCharge({ tariff, period, usage, monthDays, parts, amounts }, charge);
    amounts.set(charge.code, rated.amount);
    lines.push(...rated.lines);
  }
  const total = round(sum(amounts.values()), tariff.totalRounding);
  return {
    tariff: tariff.id,
    total: decimalString(total),
    currency: tariff.currency,
    lines: [...lines, ...roundingLines('total', 'Total', lines, total)],
  };
}

/** What a charge comes to: its lines, rounding included. Zero for a charge without lines. */
export function chargeAmount(bill: RatedBill, charge: string): string {
  return decimalString(
    sum(bill.lines.filter((line) => line.charge === charge).map(({ amount }) => exact(amount))),
  );
}

function outsideTariff(tariff: Tariff, start: string, days: number): Refusal | undefined {
  const from = effectiveFrom(tariff);
  if (start < from)
    return refuse(
      'TARIFF_NOT_EFFECTIVE',
      `${tariff.id} is known from ${from} on; the period begins on ${start}.`,
    );
  if (days > tariff.billingMonth.longestDays)
    return refuse(
      'PERIOD_TOO_LONG',
      `${days} days are more than the ${tariff.billingMonth.longestDays} of a billing month; rate each month by itself.`,
    );
  return undefined;
}
