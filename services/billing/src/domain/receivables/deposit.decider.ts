import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  DepositAppliedSchema,
  DepositInterestCreditedSchema,
  DepositReceivedSchema,
  DepositRefundedSchema,
  DepositReleasedSchema,
} from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { decimalString, exact } from '../rating/exact.ts';
import { depositInterest, evolveDeposit, noDeposit, type Deposit, type DepositEvent } from './deposit.ts';
import { faultOfAmount, faultOfCurrency, faultOfMethod, faultOfReason } from './payment-fields.ts';
import type { DepositInterestPolicy } from './receivables-policy.ts';

/** `on` is the local day, `at` the present in milliseconds since 1970, `by` who decides. */
export type DepositCommand = {
  readonly depositId: string;
  readonly on: string;
  readonly at: number;
  readonly by: string;
} & (
  | {
      readonly type: 'receive';
      readonly customerId: string;
      readonly amount: string;
      readonly currency: string;
      readonly method: string;
    }
  | { readonly type: 'creditInterest'; readonly policyId: string; readonly policy: DepositInterestPolicy }
  | { readonly type: 'apply'; readonly billId: string; readonly amount: string }
  | { readonly type: 'release'; readonly billId: string; readonly amount: string }
  /** Without an amount: all that is held. */
  | { readonly type: 'refund'; readonly amount?: string; readonly method: string; readonly reason: string }
);

type Of<Type extends DepositCommand['type']> = Extract<DepositCommand, { type: Type }>;
type Decision = readonly DepositEvent[] | Refusal;

export const depositDecider: Decider<DepositCommand, Deposit, DepositEvent> = {
  initialState: noDeposit,
  evolve: evolveDeposit,
  decide(command, state) {
    if (command.type === 'receive') return receive(command, state);
    if (!state.received)
      return refuse('DEPOSIT_NOT_FOUND', `There is no deposit ${command.depositId}; record it first.`);
    switch (command.type) {
      case 'creditInterest':
        return creditInterest(command, state);
      case 'apply':
        return apply(command, state);
      case 'release': {
        const { depositId, billId, amount, on } = command;
        return [create(DepositReleasedSchema, { depositId, billId, amount, releasedOn: on })];
      }
      case 'refund':
        return refund(command, state);
    }
  },
};

function receive(command: Of<'receive'>, { received }: Deposit): Decision {
  const { depositId, customerId, amount, currency, method, on, at, by } = command;
  const fault =
    faultOfIdentifier('deposit', depositId) ??
    faultOfAmount(amount) ??
    faultOfCurrency(currency) ??
    faultOfMethod(method);
  if (fault) return fault;
  if (received) {
    const same =
      received.customerId === customerId &&
      received.currency === currency &&
      exact(received.amount).equals(amount);
    return same
      ? []
      : refuse(
          'DEPOSIT_EXISTS',
          `Deposit ${depositId} is ${received.amount} ${received.currency} of customer ${received.customerId}; choose another id.`,
        );
  }
  return [
    create(DepositReceivedSchema, {
      depositId,
      customerId,
      amount: decimalString(exact(amount)),
      currency,
      method,
      receivedOn: on,
      recordedBy: by,
      recordedAt: timestampFromMs(at),
    }),
  ];
}

/** What is due by now and has not been credited. */
function creditInterest(
  { depositId, policyId, policy, on, at, by }: Of<'creditInterest'>,
  state: Deposit,
): Decision {
  const due = depositInterest(policy, state, on);
  if (due.lessThanOrEqualTo(state.interest)) return [];
  const { customerId, currency } = state.received!;
  return [
    create(DepositInterestCreditedSchema, {
      depositId,
      customerId,
      currency,
      amount: decimalString(due.minus(state.interest)),
      credited: decimalString(due),
      until: on,
      policyId,
      creditedBy: by,
      creditedAt: timestampFromMs(at),
    }),
  ];
}

function apply({ depositId, billId, amount, on }: Of<'apply'>, state: Deposit): Decision {
  const fault = faultOfAmount(amount) ?? notHeld(depositId, amount, state);
  return fault ?? [create(DepositAppliedSchema, { depositId, billId, amount, appliedOn: on })];
}

function refund(command: Of<'refund'>, state: Deposit): Decision {
  const { depositId, method, reason, on, at, by } = command;
  const amount = command.amount ?? decimalString(state.held);
  const fault =
    faultOfReason(reason) ??
    faultOfMethod(method) ??
    faultOfAmount(amount) ??
    notHeld(depositId, amount, state);
  if (fault) return fault;
  const { customerId, currency } = state.received!;
  return [
    create(DepositRefundedSchema, {
      depositId,
      customerId,
      currency,
      amount: decimalString(exact(amount)),
      refundedOn: on,
      method,
      reason: reason.trim(),
      refundedBy: by,
      refundedAt: timestampFromMs(at),
    }),
  ];
}

function notHeld(depositId: string, amount: string, { held, received }: Deposit): Refusal | undefined {
  if (held.greaterThanOrEqualTo(amount)) return undefined;
  return refuse(
    'MORE_THAN_HELD',
    `${decimalString(held)} ${received!.currency} are held in deposit ${depositId}; ${amount} cannot be taken from it.`,
  );
}
