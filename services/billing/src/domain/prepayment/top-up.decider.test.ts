import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { PaymentAllocatedSchema, PaymentReceivedSchema, TopUpReceivedSchema } from '@metermesh/contracts';
import { describe, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import { topUpDecider, type ReceiveTopUp, type ReportedTopUp } from './top-up.decider.ts';

const { given } = specify(topUpDecider);
const AT = Date.parse('2026-11-23T00:00:00Z');
const topUp: ReportedTopUp = { reference: 'T-1', agreementId: 'AGR-1', amount: '50000', currency: 'KRW' };
const receive = (over: Partial<ReportedTopUp> = {}): ReceiveTopUp => ({
  ...{ topUp: { ...topUp, ...over }, customerId: 'CUST-1', receivedAt: AT, by: 'kim' },
});
const received = create(TopUpReceivedSchema, {
  ...{ ...topUp, customerId: 'CUST-1', receivedAt: timestampFromMs(AT), recordedBy: 'kim' },
});

describe('a top-up', () => {
  it('is received once', () => {
    given().when(receive()).then(received);
    given(received)
      .when(receive({ amount: '50000.0' }))
      .thenNothing();
  });

  it.each<[keyof ReportedTopUp, string]>([
    ['amount', '50001'],
    ['agreementId', 'AGR-2'],
    ['currency', 'EUR'],
  ])('is refused where its reference is that of another %s', (field, value) => {
    given(received)
      .when(receive({ [field]: value }))
      .thenRefused('PAYMENT_REFERENCE_REUSED');
  });

  it('is refused where the money of its reference was taken as a payment', () => {
    const paid = create(PaymentReceivedSchema, { reference: 'T-1', amount: '50000', currency: 'KRW' });
    const allocated = create(PaymentAllocatedSchema, { reference: 'T-1', billId: 'BILL-1', amount: '1' });
    given(paid, allocated).when(receive()).thenRefused('PAYMENT_REFERENCE_REUSED');
  });

  it.each<[string, Partial<ReportedTopUp>]>([
    ['AMOUNT_INVALID', { amount: '0' }],
    ['AMOUNT_INVALID', { amount: '-1' }],
    ['AMOUNT_INVALID', { amount: '1e3' }],
    ['CURRENCY_INVALID', { currency: 'won' }],
    ['PAYMENT_REFERENCE_INVALID', { reference: '' }],
  ])('is refused as %s', (code, over) => {
    given().when(receive(over)).thenRefused(code);
  });
});
