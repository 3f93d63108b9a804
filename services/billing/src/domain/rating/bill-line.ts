import { decimalString, exact, round, sum, type Exact } from './exact.ts';
import { dayAfter } from './period.ts';
import type { Charge, Tariff } from '../tariff/tariff.ts';

/**
 * One line of a bill. Its amount is `quantity × rate`, times `days / ofDays` where only a part of the period is meant;
 * where the tariff rounded the line itself, `unrounded` is the amount before. All numbers are exact decimal strings.
 */
export interface BillLine {
  /** Stable within a tariff: the charge's code, with its tier or `rounding` where it has several lines. */
  readonly code: string;
  /** The charge of the tariff that the line belongs to; `total` for the rounding of the total. */
  readonly charge: string;
  readonly description: string;
  readonly quantity: string;
  readonly rate: string;
  readonly amount: string;
  readonly unrounded?: string;
  /** Local dates, half-open; where absent, the whole period. */
  readonly from?: string;
  readonly to?: string;
  readonly days?: number;
  readonly ofDays?: number;
}

/** `quantity × rate × days / ofDays`, not yet divided. */
export interface Item {
  readonly code: string;
  readonly description: string;
  readonly quantity: Exact;
  readonly rate: Exact;
  readonly days: readonly string[];
  readonly ofDays: number;
}

export interface RatedCharge {
  readonly amount: Exact;
  readonly lines: readonly BillLine[];
}

/**
 * The amount of a charge and the lines that add up to it exactly. Each part (the items of one season) is summed before
 * it is divided; of several parts each is rounded as prorated amounts are, and their sum as the charge is.
 */
export function settle(
  tariff: Tariff,
  charge: Charge,
  parts: readonly (readonly Item[])[],
  periodDays: number,
): RatedCharge {
  const partAmounts = parts.map((items) => {
    const amount = sum(items.map(undivided)).div(items[0]?.ofDays ?? 1);
    return parts.length > 1 ? round(amount, tariff.proration.amount) : amount;
  });
  const items = parts.flat();
  const isProrated = items.some(({ days, ofDays }) => days.length !== ofDays);
  const amount = round(
    sum(partAmounts),
    charge.rounding ?? (isProrated ? tariff.proration.amount : undefined),
  );
  const [only] = items;
  if (only && items.length === 1) {
    const unrounded = amountOf(only, tariff);
    const note = unrounded.equals(amount) ? {} : { unrounded: decimalString(unrounded) };
    return { amount, lines: [{ ...lineOf(charge, only, amount, periodDays), ...note }] };
  }
  const lines = items.map((item) => lineOf(charge, item, amountOf(item, tariff), periodDays));
  return { amount, lines: [...lines, ...roundingLines(charge.code, charge.name.en, lines, amount)] };
}

/** The line that takes what the others add up to to `amount`; none where they already do. */
export function roundingLines(
  charge: string,
  name: string,
  lines: readonly BillLine[],
  amount: Exact,
): BillLine[] {
  const difference = amount.minus(sum(lines.map((line) => exact(line.amount))));
  if (difference.isZero()) return [];
  const rate = decimalString(difference);
  const description = `${name}, rounding`;
  return [{ code: `${charge}-rounding`, charge, description, quantity: '1', rate, amount: rate }];
}

function undivided({ quantity, rate, days }: Item): Exact {
  return quantity.times(rate).times(days.length);
}

function amountOf(item: Item, tariff: Tariff): Exact {
  if (item.days.length === item.ofDays) return item.quantity.times(item.rate);
  return round(undivided(item).div(item.ofDays), tariff.proration.amount);
}

function lineOf(charge: Charge, item: Item, amount: Exact, periodDays: number): BillLine {
  const { code, description, quantity, rate, days, ofDays } = item;
  const [from = ''] = days;
  return {
    code,
    charge: charge.code,
    description,
    quantity: decimalString(quantity),
    rate: decimalString(rate),
    amount: decimalString(amount),
    ...(days.length < periodDays && { from, to: dayAfter(days.at(-1) ?? from) }),
    ...(days.length !== ofDays && { days: days.length, ofDays }),
  };
}
