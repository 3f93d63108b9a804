import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { TopUpReceivedSchema, type PaymentReceived, type TopUpReceived } from '@metermesh/contracts';
import { refuse, type Decider } from '@metermesh/decider';
import { decimalString, exact } from '../rating/exact.ts';
import type { ReferenceEvent } from '../receivables/payment.ts';
import { faultOfAmount, faultOfCurrency, faultOfReference } from '../receivables/payment-fields.ts';

/** Money for a prepaid agreement, as somebody reports it. */
export interface ReportedTopUp {
  /** The payer's, the bank's or the vending system's: each is credited once. */
  readonly reference: string;
  readonly agreementId: string;
  /** Exact decimal above zero. */
  readonly amount: string;
  readonly currency: string;
}

export interface ReceiveTopUp {
  readonly topUp: ReportedTopUp;
  readonly customerId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly by: string;
}

/**
 * One reference, in the stream that a payment of that reference would have, so that no money is both. A repeat with the same
 * content is the same top-up. Refusals: `PAYMENT_REFERENCE_INVALID`,
 * `PAYMENT_REFERENCE_REUSED`, `AMOUNT_INVALID`, `CURRENCY_INVALID`.
 */
export const topUpDecider: Decider<
  ReceiveTopUp,
  TopUpReceived | PaymentReceived | undefined,
  ReferenceEvent
> = {
  initialState: undefined,
  evolve: (state, event) => (isReceipt(event) ? event : state),
  decide({ topUp, customerId, receivedAt, by }, state) {
    const fault =
      faultOfReference(topUp.reference) ?? faultOfAmount(topUp.amount) ?? faultOfCurrency(topUp.currency);
    if (fault) return fault;
    if (state && !isTopUp(state)) return paid(state);
    if (state) return isSame(state, topUp) ? [] : reused(state);
    return [
      create(TopUpReceivedSchema, {
        ...topUp,
        amount: decimalString(exact(topUp.amount)),
        customerId,
        receivedAt: timestampFromMs(receivedAt),
        recordedBy: by,
      }),
    ];
  },
};

const isTopUp = (event: ReferenceEvent): event is TopUpReceived =>
  event.$typeName === 'metermesh.billing.v1.TopUpReceived';

const isReceipt = (event: ReferenceEvent): event is TopUpReceived | PaymentReceived =>
  isTopUp(event) || event.$typeName === 'metermesh.billing.v1.PaymentReceived';

const isSame = (received: TopUpReceived, { agreementId, amount, currency }: ReportedTopUp): boolean =>
  received.agreementId === agreementId &&
  received.currency === currency &&
  exact(received.amount).equals(amount);

const reused = ({ reference, amount, currency, agreementId }: TopUpReceived) =>
  refuse(
    'PAYMENT_REFERENCE_REUSED',
    `Reference ${reference} is that of ${amount} ${currency} for agreement ${agreementId}; every payment has a reference of its own.`,
  );

const paid = ({ reference, amount, currency, receivedOn }: PaymentReceived) =>
  refuse(
    'PAYMENT_REFERENCE_REUSED',
    `Reference ${reference} is that of a payment of ${amount} ${currency} received on ${receivedOn}; the same money is not prepaid credit, too.`,
  );
