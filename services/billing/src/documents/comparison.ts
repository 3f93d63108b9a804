import { decimalString, exact, type Exact } from '../domain/rating/exact.ts';
import type { BillFacts, DocumentedBill } from './bill-facts.ts';
import { unitSymbol, type Formats } from './formats.ts';
import { mainUsage } from './usage-chart.ts';
import type { Words } from './words.ts';

export interface Comparison {
  /** This bill, then those that it is compared with. */
  readonly bills: readonly ComparedBill[];
  readonly notes: readonly string[];
}

export interface ComparedBill {
  readonly label: string;
  readonly period: string;
  readonly days: string;
  readonly usage: string;
  readonly usagePerDay: string;
  readonly amount: string;
  readonly amountPerDay: string;
  /** Usage a day as a share of the highest one compared. */
  readonly share: number;
}

const DAY_MILLISECONDS = 86_400_000;

/** Bills of other currencies or units are not compared: nothing could be said of them. */
export function comparison(facts: BillFacts, words: Words, formats: Formats): Comparison {
  const { bill } = facts;
  const earlier = (['before', 'yearBefore'] as const).flatMap((which) => {
    const other = facts[which];
    return other && isComparable(other, bill) ? [{ which, bill: other }] : [];
  });
  const highest = [bill, ...earlier.map((other) => other.bill)]
    .map(usagePerDay)
    .reduce((one, other) => (other.greaterThan(one) ? other : one));
  return {
    bills: [
      compared(words.thisBill, bill, highest, words, formats),
      ...earlier.map((other) => compared(words[other.which], other.bill, highest, words, formats)),
    ],
    notes:
      earlier.length === 0
        ? [words.noEarlier]
        : earlier.flatMap((other) =>
            change(bill, other.bill, words.change[other.which], words.same[other.which], formats),
          ),
  };
}

export function daysOf({
  periodStart,
  periodEnd,
}: Pick<DocumentedBill, 'periodStart' | 'periodEnd'>): number {
  return (Date.parse(periodEnd) - Date.parse(periodStart)) / DAY_MILLISECONDS;
}

function compared(
  label: string,
  bill: DocumentedBill,
  highest: Exact,
  words: Words,
  formats: Formats,
): ComparedBill {
  const usage = mainUsage(bill);
  const days = daysOf(bill);
  const quantity = (value: string) => (usage ? `${formats.rounded(value, 2)} ${unitSymbol(usage.unit)}` : '');
  return {
    label,
    period: formats.period(bill.periodStart, bill.periodEnd),
    days: words.days(days),
    usage: quantity(usage?.quantity ?? '0'),
    usagePerDay: quantity(decimalString(usagePerDay(bill))),
    amount: formats.money(bill.total),
    amountPerDay: formats.moneyRounded(decimalString(exact(bill.total).div(days))),
    share: highest.isZero() ? 0 : usagePerDay(bill).div(highest).toNumber(),
  };
}

/** In whole percent; nothing where nothing was used then. */
function change(
  bill: DocumentedBill,
  other: DocumentedBill,
  say: (percent: string, isMore: boolean) => string,
  same: string,
  formats: Formats,
): string[] {
  const then = usagePerDay(other);
  if (then.isZero()) return [];
  const share = usagePerDay(bill).div(then).minus(1).toDecimalPlaces(2);
  return [share.isZero() ? same : say(formats.percent(decimalString(share.abs())), share.greaterThan(0))];
}

const usagePerDay = (bill: DocumentedBill): Exact => exact(mainUsage(bill)?.quantity ?? 0).div(daysOf(bill));

function isComparable(other: DocumentedBill, bill: DocumentedBill): boolean {
  return other.currency === bill.currency && mainUsage(other)?.unit === mainUsage(bill)?.unit;
}
