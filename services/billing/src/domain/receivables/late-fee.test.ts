import { create } from '@bufbuild/protobuf';
import {
  CreditSource,
  LateFeeChargedSchema,
  LateFeeCorrectedSchema,
  LateFeeWaivedSchema,
  ReceivableCancelledSchema,
  ReceivablePlannedSchema,
  ReceivableSettledSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact } from '../rating/exact.ts';
import { lateFeeOwed, type Pause } from './late-fee.ts';
import { receivableDecider } from './receivable.decider.ts';
import type { Settlement } from './receivable.ts';
import { AT, bill, NOW, opened, policy } from './receivables.test-kit.ts';

const rules = policy.lateFee!;
const paid = (amount: string, valueOn: string): Settlement => ({
  source: CreditSource.PAYMENT,
  sourceId: 'KB-1',
  amount: exact(amount),
  valueOn,
});
const owed = (until: string, settlements: Settlement[] = [], pauses: Pause[] = [], over = {}) =>
  decimalString(lateFeeOwed(rules, { ...bill, ...over }, settlements, pauses, until));

describe('a late fee', () => {
  it('is 145 won for 100,000 paid three days late in October, as KEPCO computes it', () => {
    expect(owed('2026-10-28')).toBe('145');
  });

  it('is 1.5 % after a month, 2.5 % after two, and no more', () => {
    expect(owed('2026-11-25')).toBe('1500');
    expect(owed('2026-12-25')).toBe('2500');
    expect(owed('2028-01-01')).toBe('2500');
  });

  it('is nothing on the last day to pay, for bills of nothing, and for credit', () => {
    expect(owed('2026-10-25')).toBe('0');
    expect(owed('2027-01-01', [], [], { total: '0' })).toBe('0');
    expect(owed('2027-01-01', [], [], { total: '-5000' })).toBe('0');
  });

  it('counts the day of payment, and from then on only what is left', () => {
    expect(owed('2026-11-25', [paid('100000', '2026-10-28')])).toBe('145');
    // 3 days of 100,000 and 28 of 40,000 at 1.5 % over 31 days.
    expect(owed('2026-11-25', [paid('60000', '2026-10-28')])).toBe('687');
    expect(owed('2026-11-25', [paid('100000', '2026-10-25')])).toBe('0');
  });

  it('stands still while the bill is disputed or paid in instalments', () => {
    expect(owed('2026-10-28', [], [{ from: '2026-10-26', to: '2026-10-28' }])).toBe('48');
    expect(owed('2027-10-28', [], [{ from: '2026-10-26' }])).toBe('0');
  });

  it('is never more than the whole, never less on a later day, and adds up by days', () => {
    const days = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), days, days, (won, one, other) => {
        const on = (day: number) =>
          exact(
            owed(Temporal.PlainDate.from(bill.dueOn).add({ days: day }).toString(), [], [], {
              total: String(won),
            }),
          );
        const [earlier, later] = [on(Math.min(one, other)), on(Math.max(one, other))];
        expect(earlier.lessThanOrEqualTo(later)).toBe(true);
        expect(later.lessThanOrEqualTo(exact(won).times('0.025'))).toBe(true);
        expect(on(31).equals(exact(won).times(15).div(1000).floor())).toBe(true);
      }),
    );
  });
});

describe('charging it', () => {
  const { given } = specify(receivableDecider);
  const at = NOW;
  const assess = (on: string, pauses: Pause[] = []) =>
    ({ type: 'assessLateFee', bill, policyId: 'small', policy: rules, pauses, on, at }) as const;
  const identity = { billId: 'BILL-1', customerId: 'CUST-1', currency: 'KRW' };
  const charged = (amount: string, sum: string, until: string) =>
    create(LateFeeChargedSchema, { ...identity, amount, charged: sum, until, policyId: 'small' });
  const settled = (amount: string, valueOn: string) =>
    create(ReceivableSettledSchema, {
      ...identity,
      amount,
      source: CreditSource.PAYMENT,
      sourceId: 'KB-1',
      valueOn,
    });

  it('opens the stream, adds what has come since, and repeats nothing', () => {
    given()
      .when(assess('2026-10-28'))
      .then(opened, charged('145', '145', '2026-10-28'));
    const history = [opened, charged('145', '145', '2026-10-28')];
    given(...history)
      .when(assess('2026-10-28'))
      .thenNothing();
    given(...history)
      .when(assess('2026-10-29'))
      .then(charged('48', '193', '2026-10-29'));
  });

  it('catches up with days that it missed', () => {
    given(opened, charged('145', '145', '2026-10-28'))
      .when(assess('2026-11-25'))
      .then(charged('1355', '1500', '2026-11-25'));
  });

  it('does not begin before the bill is overdue, nor on one that is cancelled or paid in instalments', () => {
    given().when(assess('2026-10-25')).thenNothing();
    given(opened, create(ReceivableCancelledSchema, identity)).when(assess('2026-11-25')).thenNothing();
    given(opened, create(ReceivablePlannedSchema, { billId: 'BILL-1', planId: 'P' }))
      .when(assess('2026-11-25'))
      .thenNothing();
  });

  const expected = paid('100000', '2026-10-27');
  const correct = { type: 'correctLateFee', bill, policy: rules, pauses: [], expected, at } as const;
  const corrected = (amount: string, left: string) =>
    create(LateFeeCorrectedSchema, {
      ...identity,
      amount,
      charged: left,
      reason: 'Money was there earlier than the fee was charged for, or days of it do not count.',
    });

  it('is corrected where money comes in that was there before', () => {
    given(opened, charged('193', '193', '2026-10-29'))
      .when(correct)
      .then(corrected('97', '96'));
    given(opened, charged('48', '48', '2026-10-26'))
      .when(correct)
      .thenNothing();
  });

  it('takes nothing back that was waived already', () => {
    const waived = create(LateFeeWaivedSchema, { ...identity, amount: '150' });
    given(opened, charged('193', '193', '2026-10-29'), waived)
      .when(correct)
      .then(corrected('43', '150'));
  });

  it('goes on from what a part payment left', () => {
    given(opened, charged('145', '145', '2026-10-28'), settled('60000', '2026-10-28'))
      .when(assess('2026-11-25'))
      .then(charged('542', '687', '2026-11-25'));
  });

  it('is waived as a whole or in part, with a reason, but no more than it is', () => {
    const waive = { type: 'waiveLateFee', bill, reason: 'post was late', by: 'lee', at } as const;
    const waived = (amount: string) =>
      create(LateFeeWaivedSchema, {
        ...identity,
        amount,
        reason: 'post was late',
        waivedBy: 'lee',
        waivedAt: AT,
      });
    const history = [opened, charged('145', '145', '2026-10-28')];
    given(...history)
      .when(waive)
      .then(waived('145'));
    given(...history)
      .when({ ...waive, amount: '45' })
      .then(waived('45'));
    given(...history, waived('45'))
      .when({ ...waive, amount: '101' })
      .thenRefused('LATE_FEE_LESS_THAN_THAT');
    given(...history)
      .when({ ...waive, reason: '' })
      .thenRefused('REASON_MISSING');
    given(...history, waived('145'))
      .when(assess('2026-10-28'))
      .thenNothing();
  });
});
