import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { BillLineSchema, type BillLine } from '@metermesh/contracts';
import fc from 'fast-check';
import { decimalString, exact, sum } from '../rating/exact.ts';
import { lineDifferences } from './line-differences.ts';

const line = (
  code: string,
  quantity: string,
  rate: string,
  over: MessageInitShape<typeof BillLineSchema> = {},
): BillLine =>
  create(BillLineSchema, {
    code,
    charge: code,
    description: code,
    quantity,
    rate,
    amount: decimalString(exact(quantity).times(rate)),
    ...over,
  });
const total = (lines: readonly BillLine[]) => sum(lines.map(({ amount }) => exact(amount)));

describe('the differences between the lines of two bills', () => {
  it('are none where the lines are alike', () => {
    const lines = [line('base', '1', '10'), line('energy', '100', '0.2')];
    expect(lineDifferences(lines, lines)).toEqual([]);
  });

  it('show both sides of a line, and the amount that it differs by', () => {
    expect(lineDifferences([line('energy', '100', '0.2')], [line('energy', '110', '0.2')])).toMatchObject([
      {
        code: 'energy',
        previousQuantity: '100',
        quantity: '110',
        previousAmount: '20',
        amount: '22',
        difference: '2',
      },
    ]);
  });

  it('show a line that only one of the bills has beside nothing', () => {
    expect(lineDifferences([line('tier-1', '5', '2')], [line('tier-2', '3', '1')])).toMatchObject([
      { code: 'tier-2', previousQuantity: '', previousAmount: '0', amount: '3', difference: '3' },
      { code: 'tier-1', quantity: '', previousAmount: '10', amount: '0', difference: '-10' },
    ]);
  });

  it('tell lines of one code apart by their dates', () => {
    const summer = line('energy', '10', '1', { from: '2025-08-01', to: '2025-09-01' });
    const autumn = line('energy', '10', '1', { from: '2025-09-01', to: '2025-09-10' });
    const more = line('energy', '11', '1', { from: '2025-09-01', to: '2025-09-10' });
    expect(lineDifferences([summer, autumn], [summer, more])).toMatchObject([
      { from: '2025-09-01', difference: '1' },
    ]);
  });

  it('add up to the difference of the totals exactly, whatever the lines', () => {
    const amount = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => decimalString(exact(cents).div(100)));
    const lines = fc.array(
      fc
        .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', '2025-09-01'), amount)
        .map(([code, from, rate]) => line(code, '1', rate, { from })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, lines, (previous, next) => {
        const differences = lineDifferences(previous, next);
        expect(decimalString(sum(differences.map(({ difference }) => exact(difference))))).toBe(
          decimalString(total(next).minus(total(previous))),
        );
      }),
    );
  });
});
