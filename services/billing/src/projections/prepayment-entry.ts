import type { PrepaymentEvent } from '../domain/prepayment/prepayment.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';

export type PrepaymentEntryKind = 'TOP_UP' | 'DAILY_USAGE' | 'CORRECTION' | 'SETTLEMENT' | 'REFUND';

/** One change of a prepaid balance; amounts are exact decimals. */
export interface PrepaymentEntry {
  readonly kind: PrepaymentEntryKind;
  /** What the balance grew by: below zero where it was drawn. */
  readonly amount: string;
  readonly balance: string;
  /** Of draws: what the period comes to up to then. */
  readonly toDateTotal?: string;
  /** Of a day's usage: the local date. */
  readonly date?: string;
  /** Of a top-up its reference, of a settlement the bill. */
  readonly reference?: string;
}

/** How an event changed the balance; undefined where it did not. */
export function prepaymentEntry(event: PrepaymentEvent): PrepaymentEntry | undefined {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.TopUpCredited': {
      const { amount, balance, reference } = event;
      return { kind: 'TOP_UP', amount, balance, reference };
    }
    case 'metermesh.billing.v1.DailyUsageCharged': {
      const { amount, balance, toDateTotal, day } = event;
      return { kind: 'DAILY_USAGE', amount: drawn(amount), balance, toDateTotal, date: day!.localDate };
    }
    case 'metermesh.billing.v1.DailyUsageCorrected': {
      const { amount, balance, toDateTotal } = event;
      return { kind: 'CORRECTION', amount: drawn(amount), balance, toDateTotal };
    }
    case 'metermesh.billing.v1.BalanceAdjusted':
      return {
        kind: 'SETTLEMENT',
        amount: drawn(event.amount),
        balance: event.balance,
        reference: event.billId,
      };
    case 'metermesh.billing.v1.PrepaymentSettled': {
      const { adjustment, balance, billId, carriedTo } = event;
      if (carriedTo || adjustment === '0') return undefined;
      return { kind: 'SETTLEMENT', amount: drawn(adjustment), balance, reference: billId };
    }
    case 'metermesh.billing.v1.PrepaymentRefunded':
      return { kind: 'REFUND', amount: drawn(event.amount), balance: event.balance };
    default:
      return undefined;
  }
}

const drawn = (amount: string): string => decimalString(exact(amount).negated());
