import { decimalString, exact, round, sum, type Exact } from './exact.ts';
import { dayCount, type DayRange } from './period.ts';
import type { BillPlan } from './plan.ts';
import type { Charge } from '../tariff/tariff.ts';

/**
 * One line of a bill. Its amount is `quantity × rate`, times `days / ofDays` where only a part of the period is meant;
 * where the tariff rounded the line itself, `unrounded` is the amount before. All numbers are exact decimal strings.
 */
export interface BillLine {
  /** Stable within a tariff: the charge's code, with its time-of-use period, tier or `rounding` where it has several lines. */
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
  /** From 1; where the charge has tiers. */
  readonly tier?: number;
  /** Code of the calendar's period. */
  readonly timeOfUse?: string;
  /** Code of the season, where the bill has several. */
  readonly season?: string;
}

/** `quantity × rate × share.of / share.whole`, not yet divided. */
export interface Item {
  readonly code: string;
  readonly description: string;
  readonly quantity: Exact;
  readonly rate: Exact;
  readonly range: DayRange;
  /** Of the quantity, a part by days or by what was used; all of it where absent. */
  readonly share?: { readonly of: Exact; readonly whole: Exact; readonly by: 'days' | 'usage' };
  readonly tier?: number;
  readonly timeOfUse?: string;
  readonly season?: string;
}

export interface RatedCharge {
  readonly amount: Exact;
  /** What it comes to in each part of the period, one after another, before it is rounded as a whole. */
  readonly byPart: readonly Exact[];
  readonly lines: readonly BillLine[];
}

export const nothing = (plan: BillPlan): RatedCharge => ({
  amount: ZERO,
  byPart: plan.parts.map(() => ZERO),
  lines: [],
});

/** So many days of so many; no share where they are all. */
export function daysOf(range: DayRange, whole: number): Pick<Item, 'share' | 'range'> {
  const days = dayCount(range);
  return days === whole ? { range } : { range, share: { of: exact(days), whole: exact(whole), by: 'days' } };
}

/**
 * The amount of a charge and the lines that add up to it exactly. Each part (the items of one season) is summed before
 * it is divided; of several parts each is rounded as prorated amounts are, and their sum as the charge is.
 */
export function settle(plan: BillPlan, charge: Charge, parts: readonly (readonly Item[])[]): RatedCharge {
  const { proration } = plan.tariff;
  const byPart = parts.map((items) => {
    const amount = sumOfItems(items);
    return parts.length > 1 ? round(amount, proration.amount) : amount;
  });
  const items = parts.length === 1 ? parts[0]! : parts.flat();
  const isProrated = items.some(isPartial);
  const amount = round(sum(byPart), charge.rounding ?? (isProrated ? proration.amount : undefined));
  return {
    amount,
    byPart: parts.length === 1 ? [amount] : byPart,
    lines: linesOf(plan, charge, items, amount),
  };
}

function linesOf(plan: BillPlan, charge: Charge, items: readonly Item[], amount: Exact): BillLine[] {
  const [only] = items;
  if (only && items.length === 1) {
    const unrounded = amountOf(only, plan);
    const note = unrounded.equals(amount) ? {} : { unrounded: decimalString(unrounded) };
    return [{ ...lineOf(plan, charge, only, amount), ...note }];
  }
  const lines: BillLine[] = [];
  let added = ZERO;
  for (const item of items) {
    const own = amountOf(item, plan);
    added = added.plus(own);
    lines.push(lineOf(plan, charge, item, own));
  }
  const rounding = roundingLine(charge.code, charge.name.en, amount.minus(added));
  return rounding ? [...lines, rounding] : lines;
}

/** The line that takes what the others add up to to the amount of the whole; none where they already do. */
export function roundingLine(charge: string, name: string, difference: Exact): BillLine | undefined {
  if (difference.isZero()) return undefined;
  const rate = decimalString(difference);
  return {
    code: `${charge}-rounding`,
    charge,
    description: `${name}, rounding`,
    quantity: '1',
    rate,
    amount: rate,
  };
}

const ZERO = exact(0);
const SHOWN_DECIMALS = 12;

export function sumOfItems(items: readonly Item[]): Exact {
  let total = ZERO;
  for (const item of items) total = total.plus(amountOfItem(item));
  return total;
}

/** Unrounded. */
export function amountOfItem({ quantity, rate, share }: Item): Exact {
  const amount = quantity.times(rate);
  return share ? amount.times(share.of).div(share.whole) : amount;
}

function amountOf(item: Item, { tariff }: BillPlan): Exact {
  const amount = amountOfItem(item);
  return isPartial(item) ? round(amount, tariff.proration.amount) : amount;
}

/** Whether the amount may have no end as a decimal. */
const isPartial = ({ quantity, share }: Item): boolean => share !== undefined || !quantity.isDecimal();

function lineOf(plan: BillPlan, charge: Charge, item: Item, amount: Exact): BillLine {
  const { code, description, quantity, rate, range, share, tier, timeOfUse, season } = item;
  const { days } = plan.period;
  const shown = share?.by === 'usage' ? quantity.times(share.of).div(share.whole) : quantity;
  return {
    code,
    charge: charge.code,
    description,
    quantity: decimalString(shown.isDecimal() ? shown : shown.toDecimalPlaces(SHOWN_DECIMALS)),
    rate: decimalString(rate),
    amount: decimalString(amount),
    ...(dayCount(range) < days.length && {
      from: days[range.first]!,
      to: days[range.last] ?? plan.period.end,
    }),
    ...(share?.by === 'days' && { days: share.of.toNumber(), ofDays: share.whole.toNumber() }),
    ...(tier !== undefined && { tier }),
    ...(timeOfUse !== undefined && { timeOfUse }),
    ...(season !== undefined && plan.parts.length > 1 && { season }),
  };
}
