import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  LateFeeWaivedSchema,
  ReceivableCancelledSchema,
  ReceivableOpenedSchema,
  ReceivablePlannedSchema,
  ReceivableSettledSchema,
  ReceivableUnplannedSchema,
  ReceivableWrittenOffSchema,
  SettlementReleasedSchema,
  WriteOffReversedSchema,
  LateFeeCorrectedSchema,
  type CreditSource,
} from '@metermesh/contracts';
import { isRefusal, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { decimalString, exact, type Exact } from '../rating/exact.ts';
import { dun, withdrawal, type DunReceivable } from './dunning.ts';
import { assessLateFee, correctLateFee, type AssessLateFee, type CorrectLateFee } from './late-fee.ts';
import { faultOfReason } from './payment-fields.ts';
import {
  evolveReceivable,
  open,
  paid,
  paidBy,
  untouchedReceivable,
  type BillFacts,
  type Receivable,
  type ReceivableEvent,
} from './receivable.ts';

/** Every command brings what the bill says; `at` is the present, in milliseconds since 1970, and `by` who decides. */
export type ReceivableCommand = { readonly bill: BillFacts; readonly at: number } & (
  | {
      readonly type: 'settle';
      readonly source: CreditSource;
      readonly sourceId: string;
      /** With the sign of what is open. */
      readonly amount: string;
      readonly valueOn: string;
    }
  /** All that the source has paid of the bill becomes its own again. */
  | {
      readonly type: 'release';
      readonly source: CreditSource;
      readonly sourceId: string;
      readonly reason: string;
    }
  /** Once nothing of it is settled any more. */
  | { readonly type: 'cancel'; readonly replacedBy: string }
  | AssessLateFee
  | CorrectLateFee
  /** Without an amount: what is charged and not yet waived. */
  | { readonly type: 'waiveLateFee'; readonly amount?: string; readonly reason: string; readonly by: string }
  | { readonly type: 'writeOff'; readonly reason: string; readonly by: string }
  | DunReceivable
  | { readonly type: 'withdrawDisconnection'; readonly reason: string; readonly by: string }
  | { readonly type: 'plan'; readonly planId: string }
  | { readonly type: 'unplan'; readonly planId: string }
);

type Of<Type extends ReceivableCommand['type']> = Extract<ReceivableCommand, { type: Type }>;
type Decision = readonly ReceivableEvent[] | Refusal;

/** One bill's money. The first decision opens the stream with what the bill says. */
export const receivableDecider: Decider<ReceivableCommand, Receivable, ReceivableEvent> = {
  initialState: untouchedReceivable,
  evolve: evolveReceivable,
  decide(command, state) {
    const events = decide(command, state);
    if (isRefusal(events) || events.length === 0 || state.opened) return events;
    return [create(ReceivableOpenedSchema, command.bill), ...events];
  },
};

function decide(command: ReceivableCommand, state: Receivable): Decision {
  switch (command.type) {
    case 'settle':
      return settle(command, state);
    case 'release':
      return release(command, state);
    case 'cancel':
      return cancel(command, state);
    case 'assessLateFee':
      return assessLateFee(command, state);
    case 'correctLateFee':
      return correctLateFee(command, state);
    case 'waiveLateFee':
      return waiveLateFee(command, state);
    case 'writeOff':
      return writeOff(command, state);
    case 'dun':
      return dun(command, state);
    case 'withdrawDisconnection':
      return withdrawal(command, state, command.reason, command.by);
    case 'plan':
      return plan(command, state);
    case 'unplan':
      return state.planId === command.planId ? [create(ReceivableUnplannedSchema, planned(command))] : [];
  }
}

function settle(command: Of<'settle'>, state: Receivable): Decision {
  const { bill, source, sourceId, amount, valueOn } = command;
  if (state.isCancelled)
    return refuse('BILL_CANCELLED', `Bill ${bill.billId} is cancelled; nothing is owed on it.`);
  const left = open(state, bill);
  const settled = exact(amount);
  if (settled.isZero() || settled.isNegative() !== left.isNegative() || settled.abs().greaterThan(left.abs()))
    return refuse(
      'MORE_THAN_OPEN',
      `${decimalString(left)} ${bill.currency} are open on bill ${bill.billId}; ${amount} cannot be settled.`,
    );
  const event = create(ReceivableSettledSchema, { ...identity(bill), amount, source, sourceId, valueOn });
  const after = evolveReceivable(state, event);
  const isPaid = paid(after).plus(after.writtenOff).greaterThanOrEqualTo(bill.total);
  return [event, ...(isPaid ? withdrawal(command, state, `Bill ${bill.billId} was paid.`, 'billing') : [])];
}

function release({ bill, source, sourceId, reason }: Of<'release'>, state: Receivable): Decision {
  const amount = paidBy(state, { source, sourceId });
  if (amount.isZero()) return [];
  return [
    create(SettlementReleasedSchema, {
      ...identity(bill),
      amount: decimalString(amount),
      source,
      sourceId,
      reason,
    }),
  ];
}

/** What was charged for paying it late falls with it, and nothing of it is lost. */
function cancel(command: Of<'cancel'>, state: Receivable): Decision {
  const { bill, replacedBy } = command;
  if (state.isCancelled) return [];
  if (state.settlements.length > 0)
    return refuse('BILL_SETTLED', `Bill ${bill.billId} is settled in part; release that first.`);
  const fee = state.lateFee.minus(state.waived);
  const corrected = create(LateFeeCorrectedSchema, {
    ...identity(bill),
    amount: decimalString(fee),
    charged: decimalString(state.waived),
    reason: 'The bill was cancelled.',
  });
  const regained = create(WriteOffReversedSchema, {
    ...identity(bill),
    amount: decimalString(state.writtenOff),
    reason: 'The bill was cancelled.',
  });
  return [
    ...(fee.isZero() ? [] : [corrected]),
    ...(state.writtenOff.isZero() ? [] : [regained]),
    ...(state.planId
      ? [create(ReceivableUnplannedSchema, { billId: bill.billId, planId: state.planId })]
      : []),
    ...withdrawal(command, state, `Bill ${bill.billId} was cancelled.`, 'billing'),
    create(ReceivableCancelledSchema, { ...identity(bill), replacedBy }),
  ];
}

function waiveLateFee(command: Of<'waiveLateFee'>, state: Receivable): Decision {
  const { bill, by, at } = command;
  const fault = faultOfReason(command.reason);
  if (fault) return fault;
  const charged = state.lateFee.minus(state.waived);
  const amount = command.amount === undefined ? charged : exact(command.amount);
  if (!amount.greaterThan(0) || amount.greaterThan(charged))
    return refuse(
      'LATE_FEE_LESS_THAN_THAT',
      `The late fee of bill ${bill.billId} that is not waived yet is ${decimalString(charged)} ${bill.currency}; waive that or less.`,
    );
  return [
    create(LateFeeWaivedSchema, {
      ...identity(bill),
      amount: decimalString(amount),
      reason: command.reason.trim(),
      waivedBy: by,
      waivedAt: timestampFromMs(at),
    }),
  ];
}

function writeOff(command: Of<'writeOff'>, state: Receivable): Decision {
  const { bill, by, at } = command;
  const fault = faultOfReason(command.reason);
  if (fault) return fault;
  const left: Exact = open(state, bill);
  if (!left.greaterThan(0))
    return refuse('NOTHING_OPEN', `Nothing is open on bill ${bill.billId}, so nothing is to be written off.`);
  return [
    create(ReceivableWrittenOffSchema, {
      ...identity(bill),
      amount: decimalString(left),
      reason: command.reason.trim(),
      writtenOffBy: by,
      writtenOffAt: timestampFromMs(at),
    }),
    ...withdrawal(command, state, `Bill ${bill.billId} was written off.`, by),
  ];
}

function plan(command: Of<'plan'>, state: Receivable): Decision {
  const { bill, planId } = command;
  if (state.planId === planId) return [];
  if (state.planId)
    return refuse(
      'BILL_IN_PLAN',
      `Bill ${bill.billId} is part of instalment plan ${state.planId}; end that first.`,
    );
  if (state.isCancelled || !open(state, bill).greaterThan(0))
    return refuse(
      'NOTHING_OPEN',
      `Nothing is open on bill ${bill.billId}, so there is nothing to pay in instalments.`,
    );
  return [
    create(ReceivablePlannedSchema, planned(command)),
    ...withdrawal(command, state, `Bill ${bill.billId} is paid in instalments.`, 'billing'),
  ];
}

const planned = ({ bill, planId }: Of<'plan' | 'unplan'>) => ({ billId: bill.billId, planId });

const identity = ({ billId, customerId, currency }: BillFacts) => ({ billId, customerId, currency });
