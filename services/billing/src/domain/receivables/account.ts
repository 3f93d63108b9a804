import { CreditSource } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { decimalString, exact, type Exact } from '../rating/exact.ts';
import type { Books } from './books.ts';
import type { Pause } from './late-fee.ts';
import { unallocated } from './payment.ts';
import { open, type BillFacts, type Settlement } from './receivable.ts';
import type { LateFeePolicy } from './receivables-policy.ts';

/** A bill of an account, with what besides its own stream bears on its money. */
export interface AccountBill extends BillFacts {
  /** The bill was cancelled; what it is replaced by, empty where by nothing. */
  readonly cancelled?: { readonly replacedBy: string };
  readonly pauses: readonly Pause[];
  readonly lateFee?: LateFeePolicy;
  /** What of a prepaid balance was drawn for it, and by which agreement. */
  readonly prepaid?: string;
  /** Why its customer is not to be disconnected now. */
  readonly quietBecause?: string;
}

/** What of a customer's account is to be settled; the streams named are in the books. */
export interface Account {
  readonly bills: readonly AccountBill[];
  /** References, in the order in which the money came. */
  readonly payments: readonly string[];
}

/** When it is settled: `on` is the local day, `at` the same in milliseconds since 1970. */
export interface Present {
  readonly on: string;
  readonly at: number;
}

/**
 * Puts an account in order: gives free what cancelled bills were paid with, the bill that replaces one first, and pays open
 * bills with the credit that is there, those that a payment names first, then the oldest. Nothing is decided where all is
 * in order, so that it may be repeated.
 */
export function settleAccount(books: Books, account: Account, present: Present): void {
  const byId = new Map(account.bills.map((bill) => [bill.billId, bill]));
  for (const bill of account.bills) if (bill.cancelled) closeCancelled(books, bill, byId, present);
  const standing = account.bills
    .filter(({ cancelled }) => !cancelled)
    .toSorted((one, other) => compare(one.dueOn, other.dueOn) || compare(one.billId, other.billId));
  for (const bill of standing) settlePrepaid(books, bill, present);
  for (const reference of account.payments) {
    const named = successor(byId, books.state('payment', reference).billId);
    const first = standing.filter(({ billId }) => billId === named);
    for (const bill of [...first, ...standing]) payWith(books, reference, bill, present);
  }
  for (const bill of standing) giveCredit(books, bill, standing, present);
  for (const bill of standing) takeBackDisconnection(books, bill, present);
}

/** People are not to decide on what has lost its reason; the next daily run would find it, too, but that may be too late. */
function takeBackDisconnection(books: Books, bill: AccountBill, { at }: Present): void {
  if (bill.quietBecause === undefined) return;
  const why = { reason: bill.quietBecause, by: 'billing' };
  books.surely('receivable', bill.billId, { type: 'withdrawDisconnection', bill: factsOf(bill), ...why, at });
}

const compare = (one: string, other: string): number => Number(one > other) - Number(one < other);

/** The bill that counts instead of a cancelled one, however often it was replaced. */
function successor(bills: ReadonlyMap<string, AccountBill>, billId: string): string {
  const replacedBy = bills.get(billId)?.cancelled?.replacedBy;
  return replacedBy ? successor(bills, replacedBy) : billId;
}

/** What a payment has left, as far as the bill is open. */
function payWith(books: Books, reference: string, bill: AccountBill, present: Present): void {
  const payment = books.state('payment', reference);
  const left = unallocated(payment);
  if (!left.greaterThan(0) || payment.received!.currency !== bill.currency) return;
  const { receivedOn: valueOn } = payment.received!;
  const amount = settle(
    books,
    bill,
    { source: CreditSource.PAYMENT, sourceId: reference, amount: left, valueOn },
    present,
  );
  if (amount) books.surely('payment', reference, { type: 'allocate', billId: bill.billId, amount });
}

/** Pays the bill with as much of the amount as is open; answers how much that was. */
export function settle(
  books: Books,
  bill: AccountBill,
  most: Settlement,
  { at }: Present,
): string | undefined {
  const { billId } = bill;
  const due = open(books.state('receivable', billId), bill);
  if (!due.greaterThan(0)) return undefined;
  if (bill.lateFee) {
    const { lateFee: policy, pauses } = bill;
    books.surely('receivable', billId, {
      type: 'correctLateFee',
      bill: factsOf(bill),
      policy,
      pauses,
      expected: most,
      at,
    });
  }
  const left = open(books.state('receivable', billId), bill);
  if (!left.greaterThan(0)) return undefined;
  const amount = decimalString(left.lessThan(most.amount) ? left : most.amount);
  books.surely('receivable', billId, { type: 'settle', bill: factsOf(bill), ...most, amount, at });
  return amount;
}

/** What a prepaid balance was drawn for pays its own bill only; where the bill is a credit, the balance has had it already. */
function settlePrepaid(books: Books, bill: AccountBill, present: Present): void {
  if (!bill.prepaid) return;
  const sourceId = bill.agreementId;
  const { settlements } = books.state('receivable', bill.billId);
  const before = settlements.filter(({ source }) => source === CreditSource.PREPAYMENT);
  const amount = before.reduce((left, part) => left.minus(part.amount), exact(bill.prepaid));
  const part = { source: CreditSource.PREPAYMENT, sourceId, amount, valueOn: bill.dueOn };
  if (amount.greaterThan(0)) settle(books, bill, part, present);
  const credit = open(books.state('receivable', bill.billId), bill);
  if (!amount.isNegative() || !credit.isNegative()) return;
  const taken = decimalString(credit.greaterThan(amount) ? credit : amount);
  books.surely('receivable', bill.billId, {
    ...{ type: 'settle', bill: factsOf(bill), ...part, amount: taken, at: present.at },
  });
}

/** A bill on which more was paid than it demands, or of a negative total, pays others. */
function giveCredit(books: Books, giver: AccountBill, bills: readonly AccountBill[], present: Present): void {
  for (const bill of bills) {
    const credit: Exact = open(books.state('receivable', giver.billId), giver).negated();
    if (!credit.greaterThan(0)) return;
    if (bill.currency !== giver.currency || bill.billId === giver.billId) continue;
    const most = { source: CreditSource.BILL, sourceId: giver.billId, amount: credit, valueOn: present.on };
    const amount = settle(books, bill, most, present);
    if (!amount) continue;
    const given = decimalString(exact(amount).negated());
    books.surely('receivable', giver.billId, {
      ...{
        type: 'settle',
        bill: factsOf(giver),
        source: CreditSource.BILL,
        sourceId: bill.billId,
        amount: given,
      },
      valueOn: present.on,
      at: present.at,
    });
  }
}

function closeCancelled(
  books: Books,
  bill: AccountBill,
  bills: ReadonlyMap<string, AccountBill>,
  present: Present,
): void {
  const { billId, cancelled } = bill;
  if (books.state('receivable', billId).isCancelled) return;
  const replacedBy = cancelled!.replacedBy;
  const reason = replacedBy
    ? `Bill ${billId} was replaced by ${replacedBy}.`
    : `Bill ${billId} was cancelled.`;
  const released = releaseAll(books, bill, bills, reason, present);
  books.surely('receivable', billId, { type: 'cancel', bill: factsOf(bill), replacedBy, at: present.at });
  const replacement = bills.get(replacedBy);
  if (!replacement || replacement.cancelled) return;
  for (const part of released) {
    if (part.source === CreditSource.PAYMENT) payWith(books, part.sourceId, replacement, present);
    if (part.source === CreditSource.DEPOSIT)
      applyDeposit(books, part.sourceId, replacement, part.amount, present);
  }
}

/** All that was paid on the bill becomes its sources' own again. */
function releaseAll(
  books: Books,
  bill: AccountBill,
  bills: ReadonlyMap<string, AccountBill>,
  reason: string,
  present: Present,
): readonly Settlement[] {
  const { billId } = bill;
  const { settlements } = books.state('receivable', billId);
  for (const { source, sourceId, amount } of settlements) {
    release(books, bill, source, sourceId, reason, present);
    if (source === CreditSource.PAYMENT) books.surely('payment', sourceId, { type: 'release', billId });
    if (source === CreditSource.BILL) release(books, bills.get(sourceId)!, source, billId, reason, present);
    if (source === CreditSource.DEPOSIT)
      books.surely('deposit', sourceId, {
        ...{ type: 'release', depositId: sourceId, billId, amount: decimalString(amount), by: 'billing' },
        ...present,
      });
  }
  return settlements;
}

function release(
  books: Books,
  bill: AccountBill,
  source: CreditSource,
  sourceId: string,
  reason: string,
  { at }: Pick<Present, 'at'>,
): void {
  books.surely('receivable', bill.billId, {
    type: 'release',
    bill: factsOf(bill),
    source,
    sourceId,
    reason,
    at,
  });
}

/** Pays the bill from a deposit: as much as is open and held, and no more than `most`. */
export function applyDeposit(
  books: Books,
  depositId: string,
  bill: AccountBill,
  most: Exact | undefined,
  present: Present,
): void {
  const { held } = books.state('deposit', depositId);
  const amount = most?.lessThan(held) ? most : held;
  if (!amount.greaterThan(0)) return;
  const { DEPOSIT: source } = CreditSource;
  const applied = settle(books, bill, { source, sourceId: depositId, amount, valueOn: present.on }, present);
  if (applied)
    books.surely('deposit', depositId, {
      ...{ type: 'apply', depositId, billId: bill.billId, amount: applied, by: 'billing', ...present },
    });
}

/** The money went back: whatever it paid is open again. @param bills those that it pays, in the books */
export function reversePayment(
  books: Books,
  reference: string,
  bills: readonly AccountBill[],
  { reason, by, at }: { readonly reason: string; readonly by: string; readonly at: number },
): Refusal | undefined {
  const { allocated } = books.state('payment', reference);
  for (const billId of allocated.keys()) {
    const bill = bills.find((each) => each.billId === billId);
    if (!bill) return refuse('BUSY', 'The account is changing at this moment; try again.');
    release(books, bill, CreditSource.PAYMENT, reference, reason, { at });
    books.surely('payment', reference, { type: 'release', billId });
  }
  const reversed = books.decide('payment', reference, { type: 'reverse', reason, by, at });
  return isRefusal(reversed) ? reversed : undefined;
}

/** What the bill itself says, without what else is known here. */
export function factsOf(bill: BillFacts): BillFacts {
  const { billId, agreementId, customerId, usagePointId, tariffId, currency, total, dueOn } = bill;
  return { billId, agreementId, customerId, usagePointId, tariffId, currency, total, dueOn };
}
