import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { decimalString, exact, sum } from '../rating/exact.ts';
import { factsOf, type AccountBill, type Present } from './account.ts';
import type { Books } from './books.ts';
import type { AgreedInstalment } from './instalment-plan.ts';
import { open } from './receivable.ts';

/** Who decides on a plan, and when. */
export interface PlanContext extends Present {
  readonly by: string;
}

/** Takes the bills, as far as they are open, into a plan. Refusals: `BILLS_DIFFER`, and those of the decisions. */
export function agreePlan(
  books: Books,
  planId: string,
  bills: readonly AccountBill[],
  instalments: readonly AgreedInstalment[],
  reason: string,
  { on, at, by }: PlanContext,
): Refusal | undefined {
  const [first] = bills;
  const differs = bills.some(
    (bill) => bill.customerId !== first?.customerId || bill.currency !== first.currency,
  );
  if (!first || differs)
    return refuse(
      'BILLS_DIFFER',
      'The bills of a plan are of one customer and in one currency, and there is at least one.',
    );
  const amounts = bills.map((bill) => ({ billId: bill.billId, amount: openOn(books, [bill]) }));
  for (const bill of bills) {
    const planned = books.decide('receivable', bill.billId, {
      type: 'plan',
      bill: factsOf(bill),
      planId,
      at,
    });
    if (isRefusal(planned)) return planned;
  }
  const { customerId, currency } = first;
  const agreed = books.decide('instalment-plan', planId, {
    ...{ type: 'agree', planId, customerId, currency, bills: amounts, instalments, reason, on, at, by },
  });
  return isRefusal(agreed) ? agreed : undefined;
}

/** Ends the plan where it is kept or broken by now, or, with a reason, in any case; its bills are free again. */
export function endPlan(
  books: Books,
  planId: string,
  bills: readonly AccountBill[],
  reason: string | undefined,
  { on, at, by }: PlanContext,
): Refusal | undefined {
  const whole = { planId, open: openOn(books, bills), on, at, by };
  const ended = books.decide(
    'instalment-plan',
    planId,
    reason === undefined ? { type: 'check', ...whole } : { type: 'cancel', reason, ...whole },
  );
  if (isRefusal(ended)) return ended;
  if (ended.length === 0) return undefined;
  for (const bill of bills)
    books.surely('receivable', bill.billId, { type: 'unplan', bill: factsOf(bill), planId, at });
  return undefined;
}

const openOn = (books: Books, bills: readonly AccountBill[]): string =>
  decimalString(
    sum(
      bills
        .map((bill) => open(books.state('receivable', bill.billId), bill))
        .map((amount) => (amount.isNegative() ? exact(0) : amount)),
    ),
  );
