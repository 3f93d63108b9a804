import type {
  DepositApplied,
  DepositInterestCredited,
  DepositReceived,
  DepositRefunded,
  DepositReleased,
} from '@metermesh/contracts';
import { Temporal } from 'temporal-polyfill';
import { exact, round, type Exact } from '../rating/exact.ts';
import type { DepositInterestPolicy } from './receivables-policy.ts';

export type DepositEvent =
  DepositReceived | DepositInterestCredited | DepositApplied | DepositReleased | DepositRefunded;

/** Money held as a security for a customer's bills. */
export interface Deposit {
  readonly received?: DepositReceived;
  /** What is held now, interest included. */
  readonly held: Exact;
  /** By local date, in order: what was held from the end of that day on, interest left out. */
  readonly principal: readonly { readonly on: string; readonly amount: Exact }[];
  readonly interest: Exact;
}

export const noDeposit: Deposit = { held: exact(0), principal: [], interest: exact(0) };

export function evolveDeposit(state: Deposit, event: DepositEvent): Deposit {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.DepositReceived':
      return moved({ ...state, received: event }, event.receivedOn, exact(event.amount));
    case 'metermesh.billing.v1.DepositInterestCredited':
      return { ...state, held: state.held.plus(event.amount), interest: exact(event.credited) };
    case 'metermesh.billing.v1.DepositApplied':
      return moved(state, event.appliedOn, exact(event.amount).negated());
    case 'metermesh.billing.v1.DepositReleased':
      return moved(state, event.releasedOn, exact(event.amount));
    case 'metermesh.billing.v1.DepositRefunded':
      return moved(state, event.refundedOn, exact(event.amount).negated());
  }
}

function moved(state: Deposit, on: string, by: Exact): Deposit {
  const before = state.principal.at(-1)?.amount ?? exact(0);
  const after = before.plus(by);
  return {
    ...state,
    held: state.held.plus(by),
    principal: [...state.principal, { on, amount: after.isNegative() ? exact(0) : after }],
  };
}

/**
 * Simple interest on what was held, from the day after it came to the day on which it goes, before `until`: a year's rate divided by the
 * days of the calendar year that a day lies in.
 */
export function depositInterest(
  { yearlyRate, rounding }: DepositInterestPolicy,
  { principal }: Deposit,
  until: string,
): Exact {
  let total = exact(0);
  principal.forEach(({ on, amount }, index) => {
    let day = dayAfter(on);
    const next = principal[index + 1];
    const end = next ? dayAfter(next.on) : Temporal.PlainDate.from(until);
    const last = Temporal.PlainDate.compare(end, until) < 0 ? end : Temporal.PlainDate.from(until);
    while (Temporal.PlainDate.compare(day, last) < 0) {
      const newYear = Temporal.PlainDate.from({ year: day.year + 1, month: 1, day: 1 });
      const stop = Temporal.PlainDate.compare(newYear, last) < 0 ? newYear : last;
      total = total.plus(amount.times(day.until(stop).days).div(day.daysInYear));
      day = stop;
    }
  });
  return round(total.times(yearlyRate), rounding);
}

const dayAfter = (date: string): Temporal.PlainDate => Temporal.PlainDate.from(date).add({ days: 1 });
