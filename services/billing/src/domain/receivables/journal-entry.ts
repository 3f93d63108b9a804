import type {
  BillCancelled,
  BillIssued,
  DailyUsageCharged,
  DailyUsageCorrected,
  PrepaymentRefunded,
  PrepaymentSettled,
  TopUpReceived,
} from '@metermesh/contracts';
import { CreditSource } from '@metermesh/contracts';
import { decimalString, exact, sum, type Exact } from '../rating/exact.ts';
import type { DepositEvent } from './deposit.ts';
import type { InstalmentPlanEvent } from './instalment-plan.ts';
import type { PaymentEvent } from './payment.ts';
import type { ReceivableEvent } from './receivable.ts';

/** Everything that may move money. */
export type MoneyEvent =
  | BillIssued
  | PaymentEvent
  | ReceivableEvent
  | DepositEvent
  | InstalmentPlanEvent
  | TopUpReceived
  | DailyUsageCharged
  | DailyUsageCorrected
  | PrepaymentRefunded
  | PrepaymentSettled;

/** Amounts are exact decimals; debits are above zero, credits below. */
export interface Posting {
  readonly account: string;
  readonly amount: string;
}

/** What one event did to the accounts. Its postings add up to zero. */
export interface JournalEntry {
  /** Of the event, e.g. `BillIssued`. */
  readonly kind: string;
  /** ISO 4217; one for the whole entry. */
  readonly currency: string;
  /** Empty where it is no customer's yet. */
  readonly customerId: string;
  readonly billId: string;
  /** Of the payment, deposit or agreement that the money came from or went to; empty where there is none. */
  readonly sourceId: string;
  readonly description: string;
  readonly postings: readonly Posting[];
}

/** The chart of accounts. Those with a customer are his; the others are the utility's. */
export const accounts = {
  /** What customers owe on bills. */
  receivable: (customerId: string) => `accounts-receivable:${customerId}`,
  /** What customers have paid and no bill has taken. */
  credit: (customerId: string) => `customer-credit:${customerId}`,
  depositsHeld: (customerId: string) => `deposits-held:${customerId}`,
  prepaymentsHeld: (agreementId: string) => `prepayments-held:${agreementId}`,
  /** What was drawn for usage that no bill has demanded yet. */
  prepaidUsage: (agreementId: string) => `prepaid-usage:${agreementId}`,
  revenue: (tariffId: string) => `revenue:${tariffId}`,
  /** Collected for others: a share of other charges, such as a value added tax or a fund. */
  tax: (charge: string) => `tax:${charge}`,
  cash: (method: string) => `cash:${method}`,
  suspense: 'suspense',
  lateFees: 'late-fee-revenue',
  badDebt: 'bad-debt',
  depositInterest: 'deposit-interest',
} as const;

/** The entry of an event; undefined for one that moves no money. */
export function journalEntry(event: MoneyEvent): JournalEntry | undefined {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillIssued':
      return entry(event, `Bill ${event.billId}`, [
        [accounts.receivable(event.customerId), exact(event.total)],
        ...earnings(event),
      ]);
    case 'metermesh.billing.v1.PaymentReceived':
      return moved(
        event,
        accounts.cash(event.method),
        creditOf(event),
        `Payment ${event.reference} by ${event.method}`,
      );
    case 'metermesh.billing.v1.PaymentAssigned':
      return moved(
        event,
        accounts.suspense,
        creditOf(event),
        `Payment ${event.reference} assigned: ${event.reason}`,
      );
    case 'metermesh.billing.v1.PaymentReversed':
      return moved(
        event,
        creditOf(event),
        accounts.cash(event.method),
        `Payment ${event.reference} reversed: ${event.reason}`,
      );
    case 'metermesh.billing.v1.ReceivableSettled':
      return between(event, event.amount, `Bill ${event.billId} paid from ${event.sourceId}`);
    case 'metermesh.billing.v1.SettlementReleased':
      return between(event, decimalString(exact(event.amount).negated()), event.reason);
    case 'metermesh.billing.v1.LateFeeCharged':
      return moved(
        event,
        accounts.receivable(event.customerId),
        accounts.lateFees,
        `Late fee up to ${event.until}`,
      );
    case 'metermesh.billing.v1.LateFeeCorrected':
      return moved(
        event,
        accounts.lateFees,
        accounts.receivable(event.customerId),
        `Late fee corrected: ${event.reason}`,
      );
    case 'metermesh.billing.v1.LateFeeWaived':
      return moved(
        event,
        accounts.lateFees,
        accounts.receivable(event.customerId),
        `Late fee waived: ${event.reason}`,
      );
    case 'metermesh.billing.v1.ReceivableWrittenOff':
      return moved(
        event,
        accounts.badDebt,
        accounts.receivable(event.customerId),
        `Written off: ${event.reason}`,
      );
    case 'metermesh.billing.v1.WriteOffReversed':
      return moved(
        event,
        accounts.receivable(event.customerId),
        accounts.badDebt,
        `Write-off reversed: ${event.reason}`,
      );
    case 'metermesh.billing.v1.DepositReceived':
      return moved(
        event,
        accounts.cash(event.method),
        accounts.depositsHeld(event.customerId),
        `Deposit ${event.depositId}`,
      );
    case 'metermesh.billing.v1.DepositInterestCredited':
      return moved(
        event,
        accounts.depositInterest,
        accounts.depositsHeld(event.customerId),
        `Interest on deposit ${event.depositId}`,
      );
    case 'metermesh.billing.v1.DepositRefunded':
      return moved(
        event,
        accounts.depositsHeld(event.customerId),
        accounts.cash(event.method),
        `Deposit ${event.depositId} refunded: ${event.reason}`,
      );
    case 'metermesh.billing.v1.TopUpReceived':
      return moved(
        event,
        accounts.cash('top-up'),
        accounts.prepaymentsHeld(event.agreementId),
        `Top-up ${event.reference} of agreement ${event.agreementId}`,
      );
    case 'metermesh.billing.v1.PrepaymentRefunded': {
      const held = accounts.prepaymentsHeld(event.agreementId);
      const refunded = moved(event, held, accounts.cash(event.method), `Refunded: ${event.reason}`);
      return { ...refunded, sourceId: event.agreementId };
    }
    case 'metermesh.billing.v1.DailyUsageCharged':
      return drawn(event, event.amount, `Prepaid usage of ${event.day!.localDate}`);
    case 'metermesh.billing.v1.DailyUsageCorrected':
      return drawn(event, event.amount, `Prepaid usage corrected in the period from ${event.period!.start}`);
    case 'metermesh.billing.v1.PrepaymentSettled':
      return drawn(event, event.adjustment, `Prepaid usage settled with bill ${event.billId}`);
    default:
      return undefined;
  }
}

/** The entry that takes back what a bill had posted; nothing that stands in the journal is changed. */
export function reversal(issued: JournalEntry, { $typeName, reason }: BillCancelled): JournalEntry {
  return {
    ...issued,
    kind: nameOf($typeName),
    description: `Bill ${issued.billId} cancelled${reason && `: ${reason}`}`,
    postings: issued.postings.map(({ account, amount }) => ({ account, amount: negated(amount) })),
  };
}

/** What an entry adds to what its customer owes on the whole: open bills less his credit. */
export function changeOfBalance({ customerId, postings }: JournalEntry): string {
  if (!customerId) return '0';
  const his: string[] = [accounts.receivable(customerId), accounts.credit(customerId)];
  return decimalString(
    sum(postings.filter(({ account }) => his.includes(account)).map(({ amount }) => exact(amount))),
  );
}

/**
 * What the lines of a bill are earned with. A charge whose quantity is money, a percentage of other charges, is collected
 * for others; all the rest is revenue of the tariff, the rounding of the total included.
 */
function earnings({ lines, currency, tariffId, total }: BillIssued): [string, Exact][] {
  const taxes = new Set(lines.filter(({ unit }) => unit === currency).map(({ charge }) => charge));
  const byTax = [...taxes].map((charge): [string, Exact] => [
    accounts.tax(charge),
    sum(lines.filter((line) => line.charge === charge).map(({ amount }) => exact(amount))).negated(),
  ]);
  const taxed = sum(byTax.map(([, amount]) => amount));
  return [[accounts.revenue(tariffId), exact(total).plus(taxed).negated()], ...byTax];
}

/** Money of a source pays a bill, or what it paid is given back to it. Credit of another bill stays in the same account. */
function between(
  event: Extract<MoneyEvent, { source: CreditSource }>,
  amount: string,
  description: string,
): JournalEntry | undefined {
  const { source, sourceId, customerId } = event;
  const from = accountOf(source, sourceId, customerId);
  if (from === undefined) return undefined;
  return entry(event, description, [
    [from, exact(amount)],
    [accounts.receivable(customerId), exact(amount).negated()],
  ]);
}

function accountOf(source: CreditSource, sourceId: string, customerId: string): string | undefined {
  switch (source) {
    case CreditSource.PAYMENT:
      return accounts.credit(customerId);
    case CreditSource.DEPOSIT:
      return accounts.depositsHeld(customerId);
    case CreditSource.PREPAYMENT:
      return accounts.prepaidUsage(sourceId);
    default:
      return undefined;
  }
}

/** Credit of a prepaid agreement is taken for usage, or given back below zero. */
function drawn(
  event: Booked & { readonly agreementId: string },
  amount: string,
  description: string,
): JournalEntry | undefined {
  if (exact(amount).isZero()) return undefined;
  const { agreementId } = event;
  const [held, usage] = [accounts.prepaymentsHeld(agreementId), accounts.prepaidUsage(agreementId)];
  return { ...moved({ ...event, amount }, held, usage, description), sourceId: agreementId };
}

const creditOf = ({ customerId }: { customerId: string }): string =>
  customerId ? accounts.credit(customerId) : accounts.suspense;

interface Booked {
  readonly $typeName: string;
  readonly currency: string;
  readonly customerId: string;
  readonly billId?: string;
  readonly reference?: string;
  readonly depositId?: string;
  readonly sourceId?: string;
}

function moved(
  event: Booked & { amount: string },
  debit: string,
  credit: string,
  description: string,
): JournalEntry {
  const amount = exact(event.amount);
  return entry(event, description, [
    [debit, amount],
    [credit, amount.negated()],
  ]);
}

function entry(event: Booked, description: string, postings: [string, Exact][]): JournalEntry {
  return {
    kind: nameOf(event.$typeName),
    currency: event.currency,
    customerId: event.customerId,
    // The bill that a payer named is not yet the one that his payment pays.
    billId: event.reference === undefined ? (event.billId ?? '') : '',
    sourceId: event.sourceId ?? event.reference ?? event.depositId ?? '',
    description,
    postings: postings
      .filter(([, amount]) => !amount.isZero())
      .map(([account, amount]) => ({ account, amount: decimalString(amount) })),
  };
}

const nameOf = (typeName: string): string => typeName.slice(typeName.lastIndexOf('.') + 1);
const negated = (amount: string): string => decimalString(exact(amount).negated());
