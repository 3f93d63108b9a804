import { create } from '@bufbuild/protobuf';
import {
  DepositAppliedSchema,
  DepositInterestCreditedSchema,
  DepositReceivedSchema,
  DepositRefundedSchema,
  DepositReleasedSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { fold, specify } from '@metermesh/decider';
import { decimalString } from '../rating/exact.ts';
import { depositDecider } from './deposit.decider.ts';
import { depositInterest, type DepositEvent } from './deposit.ts';
import { AT, NOW, policy } from './receivables.test-kit.ts';

const { given } = specify(depositDecider);
const whole = { depositId: 'DEP-1', on: '2026-11-23', at: NOW, by: 'kim' };
const receive = {
  ...whole,
  type: 'receive',
  customerId: 'CUST-1',
  amount: '100000',
  currency: 'KRW',
  method: 'card',
} as const;
const received = create(DepositReceivedSchema, {
  ...{
    depositId: 'DEP-1',
    customerId: 'CUST-1',
    amount: '100000',
    currency: 'KRW',
    receivedOn: '2025-12-31',
  },
  ...{ method: 'card', recordedBy: 'kim', recordedAt: AT },
});
const applied = (amount: string, appliedOn: string) =>
  create(DepositAppliedSchema, { depositId: 'DEP-1', billId: 'BILL-1', amount, appliedOn });
const rules = policy.depositInterest!;
const credited = (amount: string, sum: string, until: string) =>
  create(DepositInterestCreditedSchema, {
    ...{
      depositId: 'DEP-1',
      customerId: 'CUST-1',
      currency: 'KRW',
      amount,
      credited: sum,
      until,
      policyId: 'small',
    },
    ...{ creditedBy: 'kim', creditedAt: AT },
  });

describe('a deposit', () => {
  it('is received once', () => {
    given()
      .when({ ...receive, on: '2025-12-31' })
      .then(received);
    given(received).when(receive).thenNothing();
    given(received)
      .when({ ...receive, amount: '1' })
      .thenRefused('DEPOSIT_EXISTS');
    given()
      .when({ ...receive, depositId: 'a b' })
      .thenRefused('IDENTIFIER_INVALID');
    given()
      .when({ ...receive, amount: '0' })
      .thenRefused('AMOUNT_INVALID');
  });

  it('pays no more than is held, and is given back what a cancelled bill had taken', () => {
    const apply = { ...whole, type: 'apply', billId: 'BILL-1', amount: '60000' } as const;
    given(received).when(apply).then(applied('60000', '2026-11-23'));
    given(received, applied('60000', '2026-11-23')).when(apply).thenRefused('MORE_THAN_HELD');
    given(received, applied('60000', '2026-11-23'))
      .when({ ...whole, type: 'release', billId: 'BILL-1', amount: '60000' })
      .then(
        create(DepositReleasedSchema, {
          ...{ depositId: 'DEP-1', billId: 'BILL-1', amount: '60000', releasedOn: '2026-11-23' },
        }),
      );
    given().when(apply).thenRefused('DEPOSIT_NOT_FOUND');
  });

  it('goes back, whole or in part, with a reason', () => {
    const refund = { ...whole, type: 'refund', method: 'card', reason: 'moved out' } as const;
    const refunded = (amount: string) =>
      create(DepositRefundedSchema, {
        ...{ depositId: 'DEP-1', customerId: 'CUST-1', currency: 'KRW', amount, refundedOn: '2026-11-23' },
        ...{ method: 'card', reason: 'moved out', refundedBy: 'kim', refundedAt: AT },
      });
    given(received).when(refund).then(refunded('100000'));
    given(received)
      .when({ ...refund, amount: '30000' })
      .then(refunded('30000'));
    given(received, refunded('30000'))
      .when({ ...refund, amount: '70001' })
      .thenRefused('MORE_THAN_HELD');
    given(received)
      .when({ ...refund, reason: '' })
      .thenRefused('REASON_MISSING');
  });

  it('bears interest by the day, each day once', () => {
    const interest = { ...whole, type: 'creditInterest', policyId: 'small', policy: rules } as const;
    // 3.65 % of 100,000 a year of 365 days is 10 a day; held from 1 January on.
    given(received)
      .when({ ...interest, on: '2026-01-11' })
      .then(credited('100', '100', '2026-01-11'));
    given(received, credited('100', '100', '2026-01-11'))
      .when({ ...interest, on: '2026-01-11' })
      .thenNothing();
    given(received, credited('100', '100', '2026-01-11'))
      .when({ ...interest, on: '2026-01-13' })
      .then(credited('20', '120', '2026-01-13'));
  });

  it.each<[string, string, DepositEvent[]]>([
    ['3650', '2027-01-01', [received]],
    // A year of 366 days.
    ['10950', '2029-01-01', [received]],
    // Ten days of 100,000, then five of 40,000.
    ['120', '2026-01-16', [received, applied('60000', '2026-01-10')]],
    ['0', '2026-01-01', [received]],
  ])('bears %s up to %s', (expected, until, history) => {
    expect(decimalString(depositInterest(rules, fold(depositDecider, history), until))).toBe(expected);
  });
});
