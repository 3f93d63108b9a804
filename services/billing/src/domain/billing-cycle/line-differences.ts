import { create } from '@bufbuild/protobuf';
import { LineDifferenceSchema, type BillLine, type LineDifference } from '@metermesh/contracts';
import { decimalString, exact } from '../rating/exact.ts';

/**
 * What differs between the lines of two bills, line by line: in quantity, rate, days or amount. Lines are the same one where
 * code and dates are; several of the same are taken in their order. Lines that only one of the bills has stand beside
 * nothing. The differences add up to what the lines of `next` come to less those of `previous`, exactly.
 */
export function lineDifferences(previous: readonly BillLine[], next: readonly BillLine[]): LineDifference[] {
  const before = Map.groupBy(previous, keyOf);
  const paired = next.map((line) => [before.get(keyOf(line))?.shift(), line] as const);
  const gone = [...before.values()].flat().map((line) => [line, undefined] as const);
  return [...paired, ...gone]
    .filter(([one, other]) => !one || !other || isChanged(one, other))
    .map(([one, other]) => difference(one, other));
}

const keyOf = ({ code, from, to }: BillLine): string => `${code} ${from} ${to}`;

const SHOWN = ['quantity', 'rate', 'amount', 'unrounded', 'unit', 'days', 'ofDays'] as const;

const isChanged = (one: BillLine, other: BillLine): boolean =>
  SHOWN.some((field) => one[field] !== other[field]);

function difference(one: BillLine | undefined, other: BillLine | undefined): LineDifference {
  const { code, charge, description, from, to } = (other ?? one)!;
  const previousAmount = one?.amount ?? '0';
  const amount = other?.amount ?? '0';
  return create(LineDifferenceSchema, {
    code,
    charge,
    description,
    from,
    to,
    previousQuantity: one?.quantity ?? '',
    quantity: other?.quantity ?? '',
    previousRate: one?.rate ?? '',
    rate: other?.rate ?? '',
    previousAmount,
    amount,
    difference: decimalString(exact(amount).minus(previousAmount)),
  });
}
