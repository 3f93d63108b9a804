import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BalanceAdjustedSchema,
  DisconnectionRequestedSchema,
  PrepaymentClosedSchema,
  PrepaymentRefundedSchema,
  PrepaymentSettledSchema,
  TopUpCreditedSchema,
  type PrepaymentOpened,
} from '@metermesh/contracts';
import { fold, isRefusal, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { decimalString, exact } from '../rating/exact.ts';
import { faultOfAmount, faultOfMethod, faultOfReason } from '../receivables/payment-fields.ts';
import { BY_POLICY, crossings, withdrawal, type Circumstances } from './balance-watch.ts';
import { isDisconnectable } from './disconnectable-hours.ts';
import { draw, type DrawUsage } from './draw.ts';
import {
  evolvePrepayment,
  minus,
  plus,
  unopenedPrepayment,
  type Prepayment,
  type PrepaymentEvent,
} from './prepayment.ts';

export type PrepaymentCommand =
  | { readonly type: 'open'; readonly opened: PrepaymentOpened }
  | ({ readonly type: 'draw' } & DrawUsage)
  | CreditTopUp
  | SettleBill
  | CarryOver
  | RefundCredit
  | { readonly type: 'request-disconnection'; readonly circumstances: Circumstances }
  /** What speaks against it came after it was asked for. */
  | { readonly type: 'withdraw-disconnection'; readonly reason: string; readonly now: number }
  | { readonly type: 'close'; readonly continuedIn?: string; readonly now: number };

export interface CreditTopUp {
  readonly type: 'credit';
  readonly reference: string;
  readonly amount: string;
  readonly currency: string;
  readonly circumstances: Circumstances;
}

/** The bill of the period was issued, or replaced. */
export interface SettleBill {
  readonly type: 'settle';
  readonly billId: string;
  readonly total: string;
  /** First day of the period that the balance has moved on to by now; undefined where it is here. */
  readonly carriedTo?: string;
  readonly currency: string;
  readonly circumstances: Circumstances;
}

/** An earlier period's bill differed from what was drawn: so much more, or less where below zero. */
export interface CarryOver {
  readonly type: 'carry';
  readonly billId: string;
  readonly amount: string;
  readonly circumstances: Circumstances;
}

/** Credit that is left once the prepayment has ended goes back. Without an amount: all of it. */
export interface RefundCredit {
  readonly type: 'refund';
  readonly amount?: string;
  readonly method: string;
  readonly reason: string;
  readonly by: string;
  readonly now: number;
}

/**
 * Refusals: `PREPAYMENT_NOT_OPEN`, `CURRENCY_MISMATCH`, those of rating, and of refunds `PREPAYMENT_NOT_ENDED`, `MORE_THAN_HELD` and
 * those of the fields. Everything is idempotent but `refund`, and `credit` and `carry`,
 * which are recorded together with the one event that they follow from.
 */
export const prepaymentDecider: Decider<PrepaymentCommand, Prepayment, PrepaymentEvent> = {
  initialState: unopenedPrepayment,
  evolve: evolvePrepayment,
  decide(command, state) {
    if (command.type === 'open') return state.opened ? [] : [command.opened];
    if (!state.opened) return notOpen();
    switch (command.type) {
      case 'draw':
        return state.closed || state.settled
          ? []
          : watched(state, draw(command, state), command.circumstances);
      case 'credit':
        return credit(command, state);
      case 'carry':
        return carry(command, state);
      case 'refund':
        return refund(command, state);
      case 'settle':
        return settle(command, state);
      case 'request-disconnection':
        return requestDisconnection(command.circumstances, state);
      case 'withdraw-disconnection':
        return state.closed ? [] : withdrawal(state, command.reason, command.now);
      case 'close':
        return close(command.continuedIn ?? '', command.now, state);
    }
  },
};

type Decision = readonly PrepaymentEvent[] | Refusal;

function credit({ reference, amount, currency, circumstances }: CreditTopUp, state: Prepayment): Decision {
  if (state.closed) return notOpen();
  const mismatch = otherCurrency(currency, state);
  if (mismatch) return mismatch;
  const { agreementId } = state.opened!;
  const balance = plus(state.balance, amount);
  const credited = create(TopUpCreditedSchema, { agreementId, reference, amount, balance, currency });
  return watched(state, [credited], circumstances);
}

/** Also where nothing follows: what is left over is settled then. */
function carry({ billId, amount, circumstances }: CarryOver, state: Prepayment): Decision {
  if (state.closed?.continuedIn) return notOpen();
  const { agreementId, currency } = state.opened!;
  const balance = minus(state.balance, amount);
  return watched(
    state,
    [create(BalanceAdjustedSchema, { agreementId, billId, amount, balance, currency })],
    circumstances,
  );
}

/** Not before the last bill is settled: until then nobody knows what is left. */
function refund({ amount, method, reason, by, now }: RefundCredit, state: Prepayment): Decision {
  const { agreementId, customerId, currency } = state.opened!;
  if (!state.closed || continues(state) || (state.days.length > 0 && !state.settled))
    return refuse(
      'PREPAYMENT_NOT_ENDED',
      `The prepayment of agreement ${agreementId} is still drawn from; what is left is known once the agreement has ended and its last bill is issued.`,
    );
  const refunded = amount ?? state.balance;
  if (exact(refunded).greaterThan(state.balance) || !exact(state.balance).greaterThan(0))
    return refuse(
      'MORE_THAN_HELD',
      `${state.balance} ${currency} are held for agreement ${agreementId}; ${refunded} cannot be refunded.`,
    );
  const fault = faultOfReason(reason) ?? faultOfMethod(method) ?? faultOfAmount(refunded);
  if (fault) return fault;
  return [
    create(PrepaymentRefundedSchema, {
      ...{ agreementId, customerId, currency, method, reason: reason.trim() },
      amount: decimalString(exact(refunded)),
      balance: minus(state.balance, refunded),
      refundedBy: by,
      refundedAt: timestampFromMs(now),
    }),
  ];
}

/** The last draw of the period: what was drawn and this make the bill's total, whatever the days were when they were drawn. */
function settle(
  { billId, total, carriedTo = '', currency, circumstances }: SettleBill,
  state: Prepayment,
): Decision {
  if (state.settled?.billId === billId && state.settled.billTotal === total) return [];
  const mismatch = otherCurrency(currency, state);
  if (mismatch) return mismatch;
  const drawn = state.settled?.billTotal ?? state.toDateTotal;
  const adjustment = minus(total, drawn);
  const settled = create(PrepaymentSettledSchema, {
    agreementId: state.opened!.agreementId,
    customerId: state.opened!.customerId,
    period: state.period!,
    billId,
    billTotal: total,
    drawn,
    adjustment,
    balance: carriedTo ? state.balance : minus(state.balance, adjustment),
    currency,
    carriedTo,
  });
  return watched(state, [settled], circumstances);
}

/** Asked for once, of an exhausted balance, outside the protected hours: those who decide may not look at the clock. */
function requestDisconnection({ policy, isHoliday, now }: Circumstances, state: Prepayment): Decision {
  const { opened, exhausted, disconnectionRequestId, closed, balance } = state;
  if (!exhausted || disconnectionRequestId || closed) return [];
  const { agreementId, customerId, usagePointId, currency, timeZone } = opened!;
  if (!isDisconnectable(policy, now, timeZone, isHoliday)) return [];
  return [
    create(DisconnectionRequestedSchema, {
      requestId: `PREPAY-${agreementId}-${now}`,
      agreementId,
      customerId,
      usagePointId,
      amount: decimalString(exact(balance).negated()),
      currency,
      reason: `The prepaid credit of agreement ${agreementId} is exhausted.`,
      requestedAt: timestampFromMs(now),
      requestedBy: BY_POLICY,
    }),
  ];
}

/** Where nothing goes on with the balance, nobody could take back later what is asked for now. */
function close(continuedIn: string, now: number, state: Prepayment): Decision {
  if (state.closed) return [];
  const { opened, period, balance } = state;
  return [
    ...(continuedIn ? [] : withdrawal(state, 'The prepayment has ended.', now)),
    create(PrepaymentClosedSchema, {
      agreementId: opened!.agreementId,
      period: period!,
      balance,
      continuedIn,
    }),
  ];
}

/** Whether the balance has moved on to another period. */
export const continues = ({ closed }: Prepayment): boolean =>
  closed !== undefined && closed.continuedIn !== '';

/** Events, and after each what is to be said of the balance that it leaves: the same, however many come at once. */
function watched(before: Prepayment, events: Decision, circumstances: Circumstances): Decision {
  if (isRefusal(events) || before.closed) return events;
  const told: PrepaymentEvent[] = [];
  let state = before;
  for (const event of events) {
    const after = evolvePrepayment(state, event);
    const said = crossings(state.balance, after, circumstances);
    told.push(event, ...said);
    state = fold(prepaymentDecider, said, after);
  }
  return told;
}

function otherCurrency(currency: string, { opened }: Prepayment): Refusal | undefined {
  if (currency === opened!.currency) return undefined;
  return refuse(
    'CURRENCY_MISMATCH',
    `The prepayment of agreement ${opened!.agreementId} is in ${opened!.currency}, not in ${currency}.`,
  );
}

const notOpen = () =>
  refuse(
    'PREPAYMENT_NOT_OPEN',
    'No prepayment of the agreement is running; it begins with a period whose payment mode is PREPAID.',
  );
