import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  PaymentAllocatedSchema,
  PaymentAssignedSchema,
  PaymentReceivedSchema,
  PaymentReleasedSchema,
  PaymentReversedSchema,
  type PaymentReceived,
  type TopUpReceived,
} from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import { decimalString, exact } from '../rating/exact.ts';
import {
  faultOfAmount,
  faultOfCurrency,
  faultOfMethod,
  faultOfReason,
  faultOfReference,
} from './payment-fields.ts';
import {
  evolvePayment,
  noPayment,
  unallocated,
  type Payment,
  type PaymentEvent,
  type ReferenceEvent,
} from './payment.ts';

/** What somebody reports of money that came in. Left out: empty. */
export interface ReportedPayment {
  readonly reference: string;
  /** Exact decimal above zero. */
  readonly amount: string;
  readonly currency: string;
  /** ISO 8601 date. */
  readonly receivedOn: string;
  readonly method: string;
  readonly billId: string;
  readonly accountReference: string;
}

/** Whose account it goes to, or why that is not known. */
export type Payee = { readonly customerId: string } | { readonly suspense: Refusal };

/** `at` is the present, in milliseconds since 1970, and `by` who decides. */
export type PaymentCommand =
  | {
      readonly type: 'receive';
      readonly payment: ReportedPayment;
      readonly payee: Payee;
      readonly at: number;
      readonly by: string;
    }
  | {
      readonly type: 'assign';
      readonly customerId: string;
      readonly billId: string;
      readonly reason: string;
      readonly at: number;
      readonly by: string;
    }
  | { readonly type: 'allocate'; readonly billId: string; readonly amount: string }
  /** All that it pays of the bill becomes credit. */
  | { readonly type: 'release'; readonly billId: string }
  /** Once nothing of it is allocated any more. */
  | { readonly type: 'reverse'; readonly reason: string; readonly at: number; readonly by: string };

type Of<Type extends PaymentCommand['type']> = Extract<PaymentCommand, { type: Type }>;
type Decision = readonly PaymentEvent[] | Refusal;

export const paymentDecider: Decider<PaymentCommand, Payment, ReferenceEvent> = {
  initialState: noPayment,
  evolve: evolvePayment,
  decide(command, state) {
    switch (command.type) {
      case 'receive':
        return receive(command, state);
      case 'assign':
        return assign(command, state);
      case 'allocate':
        return allocate(command, state);
      case 'release':
        return release(command, state);
      case 'reverse':
        return reverse(command, state);
    }
  },
};

/** A repeat with the same content is the same payment. */
function receive({ payment, payee, at, by }: Of<'receive'>, state: Payment): Decision {
  const fault =
    faultOfReference(payment.reference) ??
    faultOfAmount(payment.amount) ??
    faultOfCurrency(payment.currency) ??
    faultOfMethod(payment.method) ??
    faultOfDate(payment.receivedOn, at);
  if (fault) return fault;
  if (state.received) return isSame(state.received, payment) ? [] : reused(state.received);
  if (state.toppedUp) return toppedUp(state.toppedUp);
  const whose =
    'customerId' in payee
      ? payee
      : { suspenseCode: payee.suspense.code, suspenseReason: payee.suspense.message };
  return [
    create(PaymentReceivedSchema, {
      ...payment,
      amount: decimalString(exact(payment.amount)),
      ...whose,
      recordedBy: by,
      recordedAt: timestampFromMs(at),
    }),
  ];
}

function assign({ customerId, billId, reason, at, by }: Of<'assign'>, state: Payment): Decision {
  const { received } = state;
  if (!received) return unknown();
  const fault = faultOfReason(reason);
  if (fault) return fault;
  if (state.isReversed) return isReversed(received);
  if (state.customerId)
    return state.customerId === customerId
      ? []
      : refuse(
          'PAYMENT_ASSIGNED',
          `Payment ${received.reference} is customer ${state.customerId}'s; reverse it and record it anew where that is wrong.`,
        );
  const { reference, amount, currency } = received;
  return [
    create(PaymentAssignedSchema, {
      reference,
      customerId,
      billId,
      amount,
      currency,
      reason: reason.trim(),
      assignedBy: by,
      assignedAt: timestampFromMs(at),
    }),
  ];
}

function allocate({ billId, amount }: Of<'allocate'>, state: Payment): Decision {
  const { received } = state;
  if (!received) return unknown();
  const left = unallocated(state);
  if (!exact(amount).greaterThan(0) || left.lessThan(amount))
    return refuse(
      'MORE_THAN_LEFT',
      `${decimalString(left)} ${received.currency} of payment ${received.reference} are not allocated; ${amount} cannot be.`,
    );
  return [create(PaymentAllocatedSchema, { reference: received.reference, billId, amount })];
}

function release({ billId }: Of<'release'>, { received, allocated }: Payment): Decision {
  const amount = allocated.get(billId);
  if (!received || !amount) return [];
  return [
    create(PaymentReleasedSchema, { reference: received.reference, billId, amount: decimalString(amount) }),
  ];
}

function reverse({ reason, at, by }: Of<'reverse'>, state: Payment): Decision {
  const { received } = state;
  if (!received) return unknown();
  const fault = faultOfReason(reason);
  if (fault) return fault;
  if (state.isReversed) return [];
  if (state.allocated.size > 0)
    return refuse('PAYMENT_ALLOCATED', `Payment ${received.reference} pays bills; release those first.`);
  const { reference, amount, currency, method } = received;
  return [
    create(PaymentReversedSchema, {
      reference,
      customerId: state.customerId,
      amount,
      currency,
      method,
      reason: reason.trim(),
      reversedBy: by,
      reversedAt: timestampFromMs(at),
    }),
  ];
}

const A_DAY_MS = 86_400_000;

/** Somewhere on earth it is tomorrow already. */
function faultOfDate(receivedOn: string, now: number): Refusal | undefined {
  if (receivedOn <= new Date(now + A_DAY_MS).toISOString().slice(0, 10)) return undefined;
  return refuse('DATE_IN_FUTURE', `receivedOn is ${receivedOn}; record money once it is there.`);
}

function isSame(received: PaymentReceived, payment: ReportedPayment): boolean {
  return (
    exact(received.amount).equals(payment.amount) &&
    received.currency === payment.currency &&
    received.receivedOn === payment.receivedOn &&
    received.method === payment.method &&
    received.billId === payment.billId &&
    received.accountReference === payment.accountReference
  );
}

function reused({ reference, amount, currency, receivedOn }: PaymentReceived): Refusal {
  return refuse(
    'PAYMENT_REFERENCE_REUSED',
    `Reference ${reference} is that of ${amount} ${currency} received on ${receivedOn}, with other particulars than now given; ` +
      `every payment has a reference of its own.`,
  );
}

const toppedUp = ({ reference, amount, currency, agreementId }: TopUpReceived): Refusal =>
  refuse(
    'PAYMENT_REFERENCE_REUSED',
    `Reference ${reference} is that of ${amount} ${currency} of prepaid credit for agreement ${agreementId}; the same money is not a payment, too.`,
  );

const unknown = (): Refusal =>
  refuse('PAYMENT_NOT_FOUND', 'There is no payment of that reference; record it first.');

const isReversed = ({ reference }: PaymentReceived): Refusal =>
  refuse(
    'PAYMENT_REVERSED',
    `Payment ${reference} was reversed; record money that came in anew under a reference of its own.`,
  );
