import { exact, sum, decimalString } from '../domain/rating/exact.ts';
import type { ShownLine } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import type { BillNames } from './bill-names.ts';
import type { Formats } from './formats.ts';
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
    name: charge === 'total' ? words.totalRounding : names.charge(charge),
    amount: formats.money(decimalString(sum(lines.map(({ amount }) => exact(amount))))),
  }));
}

export function computedLines(
  { bill }: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): ComputedLine[] {
  return bill.lines.map((line) => ({
    name: names.line(line),
    period: line.from && line.to ? formats.period(line.from, line.to) : '',
    calculation: calculation(line, bill.currency, names, words, formats),
    amount: formats.money(line.amount),
  }));
}

/** `quantity × rate × days / ofDays`, and what that comes to where the tariff rounded it. */
function calculation(
  line: ShownLine,
  currency: string,
  names: BillNames,
  words: Words,
  formats: Formats,
): string {
  const { quantity, unit, rate, days, ofDays, unrounded } = line;
  if (!quantity || !rate || !unit) return '';
  const product =
    unit === currency
      ? `${formats.money(quantity)} × ${formats.percent(rate)}`
      : `${names.quantity(formats.number(quantity), unit)} × ${formats.money(rate)}`;
  const part = days && ofDays ? ` × ${days}/${words.days(ofDays)}` : '';
  return `${product}${part}${unrounded ? ` = ${formats.money(unrounded)}` : ''}`;
}
