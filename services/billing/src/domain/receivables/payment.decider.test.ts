import { create } from '@bufbuild/protobuf';
import {
  PaymentAllocatedSchema,
  PaymentAssignedSchema,
  PaymentReceivedSchema,
  PaymentReleasedSchema,
  PaymentReversedSchema,
  TopUpReceivedSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { fold, refuse, specify } from '@metermesh/decider';
import { decimalString } from '../rating/exact.ts';
import { paymentDecider, type PaymentCommand, type ReportedPayment } from './payment.decider.ts';
import { unallocated, type PaymentEvent } from './payment.ts';
import { AT, NOW } from './receivables.test-kit.ts';

const { given } = specify(paymentDecider);

const reported: ReportedPayment = {
  reference: 'KB-4711',
  amount: '50000',
  currency: 'KRW',
  receivedOn: '2026-11-20',
  method: 'bank-transfer',
  billId: 'BILL-1',
  accountReference: '',
};
const receive = (over: Partial<ReportedPayment> = {}): PaymentCommand => ({
  type: 'receive',
  payment: { ...reported, ...over },
  payee: { customerId: 'CUST-1' },
  at: NOW,
  by: 'kim',
});
const recorded = { recordedBy: 'kim', recordedAt: AT };
const received = create(PaymentReceivedSchema, { ...reported, customerId: 'CUST-1', ...recorded });
const suspended = create(PaymentReceivedSchema, {
  ...reported,
  suspenseCode: 'PAYMENT_REFERENCE_UNKNOWN',
  suspenseReason: 'Whose?',
  ...recorded,
});
const allocated = (amount: string) =>
  create(PaymentAllocatedSchema, { reference: 'KB-4711', billId: 'BILL-1', amount });
const leftOf = (...history: PaymentEvent[]) => decimalString(unallocated(fold(paymentDecider, history)));

describe('a payment', () => {
  it('is no payment where its reference is that of prepaid credit', () => {
    const topUp = { reference: 'KB-4711', agreementId: 'AGR-1', amount: '50000', currency: 'KRW' };
    given(create(TopUpReceivedSchema, topUp)).when(receive()).thenRefused('PAYMENT_REFERENCE_REUSED');
    given(create(TopUpReceivedSchema, topUp))
      .when({ type: 'reverse', reason: 'bounced', at: NOW, by: 'lee' })
      .thenRefused('PAYMENT_NOT_FOUND');
  });

  it('is recorded once, with whose it is', () => {
    given().when(receive()).then(received);
    given(received).when(receive()).thenNothing();
    given(received)
      .when(receive({ amount: '50000.00' }))
      .thenNothing();
  });

  it.each([
    ['amount', '50001'],
    ['currency', 'EUR'],
    ['receivedOn', '2026-11-19'],
    ['method', 'card'],
    ['billId', 'BILL-2'],
    ['accountReference', 'CUST-1'],
  ])('is not another one of the same reference with another %s', (field, value) => {
    given(received)
      .when(receive({ [field]: value }))
      .thenRefused('PAYMENT_REFERENCE_REUSED');
  });

  it.each([
    ['AMOUNT_INVALID', { amount: '0' }],
    ['AMOUNT_INVALID', { amount: '-5' }],
    ['AMOUNT_INVALID', { amount: '1e3' }],
    ['CURRENCY_INVALID', { currency: 'won' }],
    ['METHOD_INVALID', { method: 'By Bank' }],
    ['PAYMENT_REFERENCE_INVALID', { reference: '' }],
    ['PAYMENT_REFERENCE_INVALID', { reference: 'a\nb' }],
    ['DATE_IN_FUTURE', { receivedOn: '2026-11-25' }],
  ])('is refused with %s for %j', (code, over) => {
    given().when(receive(over)).thenRefused(code);
  });

  it('waits in suspense where nobody knows whose it is, and is nobody’s credit', () => {
    given()
      .when({
        ...receive(),
        payee: { suspense: refuse('PAYMENT_REFERENCE_UNKNOWN', 'Whose?') },
      } as PaymentCommand)
      .then(suspended);
    expect(leftOf(suspended)).toBe('0');
    given(suspended).when({ type: 'allocate', billId: 'BILL-1', amount: '1' }).thenRefused('MORE_THAN_LEFT');
  });

  it('is assigned once', () => {
    const assign = {
      type: 'assign',
      customerId: 'CUST-9',
      billId: '',
      reason: 'called',
      at: NOW,
      by: 'lee',
    } as const;
    const assigned = create(PaymentAssignedSchema, {
      ...{ reference: 'KB-4711', customerId: 'CUST-9', amount: '50000', currency: 'KRW', reason: 'called' },
      ...{ assignedBy: 'lee', assignedAt: AT },
    });
    given(suspended).when(assign).then(assigned);
    given(suspended, assigned).when(assign).thenNothing();
    given(suspended, assigned)
      .when({ ...assign, customerId: 'CUST-8' })
      .thenRefused('PAYMENT_ASSIGNED');
    given(suspended)
      .when({ ...assign, reason: ' ' })
      .thenRefused('REASON_MISSING');
    given().when(assign).thenRefused('PAYMENT_NOT_FOUND');
    expect(leftOf(suspended, assigned)).toBe('50000');
  });

  it('pays no more than it is', () => {
    given(received).when({ type: 'allocate', billId: 'BILL-1', amount: '30000' }).then(allocated('30000'));
    given(received, allocated('30000'))
      .when({ type: 'allocate', billId: 'BILL-1', amount: '20001' })
      .thenRefused('MORE_THAN_LEFT');
    expect(leftOf(received, allocated('30000'))).toBe('20000');
  });

  it('can be given free again, and then go back', () => {
    const reverse = { type: 'reverse', reason: 'bounced', at: NOW, by: 'kim' } as const;
    const released = create(PaymentReleasedSchema, {
      reference: 'KB-4711',
      billId: 'BILL-1',
      amount: '30000',
    });
    const reversed = create(PaymentReversedSchema, {
      ...{
        reference: 'KB-4711',
        customerId: 'CUST-1',
        amount: '50000',
        currency: 'KRW',
        method: 'bank-transfer',
      },
      ...{ reason: 'bounced', reversedBy: 'kim', reversedAt: AT },
    });
    given(received, allocated('30000')).when(reverse).thenRefused('PAYMENT_ALLOCATED');
    given(received, allocated('30000')).when({ type: 'release', billId: 'BILL-1' }).then(released);
    given(received, allocated('30000'), released).when(reverse).then(reversed);
    given(received, reversed).when(reverse).thenNothing();
    given().when(reverse).thenRefused('PAYMENT_NOT_FOUND');
    expect(leftOf(received, reversed)).toBe('0');
  });
});
