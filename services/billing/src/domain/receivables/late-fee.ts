import { create } from '@bufbuild/protobuf';
import { LateFeeChargedSchema, LateFeeCorrectedSchema } from '@metermesh/contracts';
import type { Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, round, sum, type Exact } from '../rating/exact.ts';
import type { BillFacts, Receivable, ReceivableEvent, Settlement } from './receivable.ts';
import type { LateFeePolicy } from './receivables-policy.ts';

/** Local dates, half-open, on which nothing is added: the bill is disputed, or paid in instalments. No end: until now. */
export interface Pause {
  readonly from: string;
  readonly to?: string;
}

/**
 * Charges what is owed by the end of the day `on` and has not been charged; corrects what was charged too much. What is paid in
 * instalments stays as it was agreed.
 */
export interface AssessLateFee {
  readonly type: 'assessLateFee';
  readonly policyId: string;
  readonly policy: LateFeePolicy;
  readonly pauses: readonly Pause[];
  readonly on: string;
}

/**
 * The fee for paying a bill late, by the end of the day `until`: for each day after the due date, the day of payment
 * included, the month's rate of what was owed that day divided by the days of that month; months count from the due date
 * (due on 25 October: the first is 26 October to 25 November, of 31 days). No fee on fees.
 */
export function lateFeeOwed(
  policy: LateFeePolicy,
  { total, dueOn }: Pick<BillFacts, 'total' | 'dueOn'>,
  settlements: readonly Settlement[],
  pauses: readonly Pause[],
  until: string,
): Exact {
  const due = Temporal.PlainDate.from(dueOn);
  const fees = policy.monthlyRates.map((rate, month) => {
    const before = due.add({ months: month });
    const last = due.add({ months: month + 1 });
    const { days } = before.until(last);
    const owed: Exact[] = [];
    for (let day = 1; day <= days; day++) {
      const date = before.add({ days: day }).toString();
      if (date > until) break;
      if (!pauses.some(({ from, to }) => from <= date && (to === undefined || date < to)))
        owed.push(owedOn(date, total, settlements));
    }
    return sum(owed).times(rate).div(days);
  });
  return round(sum(fees), policy.rounding);
}

/** Money that comes in is there from the next day on. */
function owedOn(date: string, total: string, settlements: readonly Settlement[]): Exact {
  const paid = sum(settlements.filter(({ valueOn }) => valueOn < date).map(({ amount }) => amount));
  const left = exact(total).minus(paid);
  return left.isNegative() ? exact(0) : left;
}

export function assessLateFee(
  { policyId, policy, pauses, on, bill }: AssessLateFee & { readonly bill: BillFacts },
  state: Receivable,
): readonly ReceivableEvent[] | Refusal {
  if (state.isCancelled || state.planId || !state.writtenOff.isZero() || on <= bill.dueOn) return [];
  const owed = lateFeeOwed(policy, bill, state.settlements, pauses, on);
  if (owed.lessThan(state.lateFee)) return correction(bill, state, owed);
  if (owed.equals(state.lateFee)) return [];
  const { billId, customerId, currency } = bill;
  return [
    create(LateFeeChargedSchema, {
      billId,
      customerId,
      currency,
      amount: decimalString(owed.minus(state.lateFee)),
      charged: decimalString(owed),
      until: on,
      policyId,
    }),
  ];
}

/** Where money that comes in now was there before: corrects what was charged for the days since. */
export interface CorrectLateFee {
  readonly type: 'correctLateFee';
  readonly policy: LateFeePolicy;
  readonly pauses: readonly Pause[];
  /** What is about to be settled with. */
  readonly expected: Settlement;
}

export function correctLateFee(
  { policy, pauses, expected, bill }: CorrectLateFee & { readonly bill: BillFacts },
  state: Receivable,
): readonly ReceivableEvent[] {
  if (state.isCancelled || !state.lateFeeUntil) return [];
  const owed = lateFeeOwed(policy, bill, [...state.settlements, expected], pauses, state.lateFeeUntil);
  return owed.lessThan(state.lateFee) ? correction(bill, state, owed) : [];
}

/** What was waived stays waived: no less is charged than that. */
function correction(
  { billId, customerId, currency }: BillFacts,
  { lateFee, waived }: Receivable,
  owed: Exact,
): ReceivableEvent[] {
  const charged = owed.lessThan(waived) ? waived : owed;
  if (charged.equals(lateFee)) return [];
  return [
    create(LateFeeCorrectedSchema, {
      billId,
      customerId,
      currency,
      amount: decimalString(lateFee.minus(charged)),
      charged: decimalString(charged),
      reason: 'Money was there earlier than the fee was charged for, or days of it do not count.',
    }),
  ];
}
