import { exact, sum, decimalString } from '../domain/rating/exact.ts';
import type { BySeason, Dated } from '../domain/tariff/dated.ts';
import type { ShownLine } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import { chargeOf, type BillNames } from './bill-names.ts';
import { SHOWN_DECIMALS, type Formats } from './formats.ts';
import type { Words } from './words.ts';

/** What a charge comes to in all. */
export interface ChargeTotal {
  readonly name: string;
  readonly amount: string;
}

/** A line of the bill with the calculation that its amount comes from. */
export interface ComputedLine {
  readonly name: string;
  /** The part of the period that it is for; empty: all of it. */
  readonly period: string;
  readonly calculation: string;
  readonly amount: string;
}

/** The bill in short: each charge once, in the order of the lines; they add up to the total. */
export function chargeTotals(
  { bill }: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): ChargeTotal[] {
  const charges = Map.groupBy(bill.lines, ({ charge }) => charge);
  return [...charges].map(([charge, lines]) => ({
    name: charge === 'total' ? names.line(lines[0]!) : names.charge(charge),
    amount: formats.money(decimalString(sum(lines.map(({ amount }) => exact(amount))))),
  }));
}

export function computedLines(
  facts: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): ComputedLine[] {
  return facts.bill.lines.map((line) => ({
    name: names.line(line),
    period: line.from && line.to ? formats.period(line.from, line.to) : '',
    calculation: calculation(facts, line, names, words, formats),
    amount: formats.money(line.amount),
  }));
}

/** `quantity × rate × days / ofDays`, and what that comes to where the tariff rounded it. */
function calculation(
  facts: BillFacts,
  line: ShownLine,
  names: BillNames,
  words: Words,
  formats: Formats,
): string {
  const { quantity, rate, days, ofDays, unrounded } = line;
  const unit = line.unit ?? discountUnit(facts, line);
  if (!quantity || !rate || !unit) return '';
  const product =
    unit === facts.bill.currency
      ? `${formats.money(quantity)} × ${formats.percent(rate)}`
      : `${names.quantity(formats.rounded(quantity, SHOWN_DECIMALS), unit)} × ${formats.money(rate)}`;
  const part = days && ofDays ? ` × ${days}/${words.days(ofDays)}` : '';
  return `${product}${part}${unrounded ? ` = ${formats.money(shortened(unrounded))}` : ''}`;
}

const shortened = (amount: string): string => decimalString(exact(amount).toDecimalPlaces(SHOWN_DECIMALS));

/** What the quantity of a discount is: a part of money, so much a unit, or so much a month; undefined where it is one sum. */
function discountUnit(facts: BillFacts, line: ShownLine): string | undefined {
  const of = chargeOf(facts, line);
  if (of?.charge.kind !== 'discount' || !line.rate) return undefined;
  const rate = decimalString(exact(line.rate).negated());
  const { share, perUnit, limit } = of.charge;
  if (share && states(share, rate)) return of.tariff.currency;
  if (perUnit && states(perUnit, rate)) return of.tariff.unit;
  return limit && states(limit, rate) ? 'month' : undefined;
}

function states(values: Dated<BySeason<string>>, rate: string): boolean {
  return values
    .flatMap(({ value }) => (typeof value === 'string' ? [value] : Object.values(value)))
    .some((value) => exact(value).equals(rate));
}
