import type {
  PaymentAllocated,
  PaymentAssigned,
  PaymentReceived,
  PaymentReleased,
  PaymentReversed,
  TopUpReceived,
} from '@metermesh/contracts';
import { exact, sum, type Exact } from '../rating/exact.ts';

export type PaymentEvent =
  PaymentReceived | PaymentAssigned | PaymentAllocated | PaymentReleased | PaymentReversed;

/** What the stream of a reference may say: the money came in as a payment or as a top-up, never as both. */
export type ReferenceEvent = PaymentEvent | TopUpReceived;

/** Money that came in once, whose it is, and what it pays. */
export interface Payment {
  /** The money of this reference is prepaid credit, and no payment. */
  readonly toppedUp?: TopUpReceived;
  readonly received?: PaymentReceived;
  /** Empty: it waits in suspense. */
  readonly customerId: string;
  /** The bill that it is for first; empty: the oldest. */
  readonly billId: string;
  /** By bill. */
  readonly allocated: ReadonlyMap<string, Exact>;
  readonly isReversed: boolean;
}

export const noPayment: Payment = { customerId: '', billId: '', allocated: new Map(), isReversed: false };

/** What of it is credit of its customer; zero while it is in suspense. */
export function unallocated({ received, customerId, allocated, isReversed }: Payment): Exact {
  if (!received || !customerId || isReversed) return exact(0);
  return exact(received.amount).minus(sum(allocated.values()));
}

export function evolvePayment(state: Payment, event: ReferenceEvent): Payment {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.TopUpReceived':
      return { ...state, toppedUp: event };
    case 'metermesh.billing.v1.PaymentReceived': {
      const billId = event.customerId ? event.billId : '';
      return { ...state, received: event, customerId: event.customerId, billId };
    }
    case 'metermesh.billing.v1.PaymentAssigned':
      return { ...state, customerId: event.customerId, billId: event.billId };
    case 'metermesh.billing.v1.PaymentAllocated':
      return { ...state, allocated: changed(state.allocated, event.billId, exact(event.amount)) };
    case 'metermesh.billing.v1.PaymentReleased':
      return { ...state, allocated: changed(state.allocated, event.billId, exact(event.amount).negated()) };
    case 'metermesh.billing.v1.PaymentReversed':
      return { ...state, isReversed: true };
  }
}

function changed(
  allocated: ReadonlyMap<string, Exact>,
  billId: string,
  by: Exact,
): ReadonlyMap<string, Exact> {
  const amount = (allocated.get(billId) ?? exact(0)).plus(by);
  const others = [...allocated].filter(([id]) => id !== billId);
  return new Map(amount.isZero() ? others : [...others, [billId, amount]]);
}
