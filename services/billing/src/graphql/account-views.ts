import { connectionOf, type Page } from '@metermesh/service-kit';
import type { DepositRow } from '../adapters/deposits.table.ts';
import type { InstalmentPlanRow } from '../adapters/instalment-plans.table.ts';
import type { JournalRow } from '../adapters/journal.table.ts';
import { paymentCursor, type PaymentRow } from '../adapters/payments.table.ts';
import type { SettlementRow } from '../adapters/settlements.table.ts';

const bill = (billId: string | null) => (billId ? { id: billId } : null);

/** A payment as the graph shows it; bills and customers by their keys, which are loaded where more of them is asked for. */
export function paymentView({ customerId, billId, suspenseCode, suspenseReason, ...payment }: PaymentRow) {
  const unassigned = customerId ? 'RECEIVED' : 'IN_SUSPENSE';
  return {
    ...payment,
    status: payment.reversedAt ? 'REVERSED' : unassigned,
    customer: customerId ? { id: customerId } : null,
    bill: bill(billId),
    suspense: suspenseCode && !customerId ? { code: suspenseCode, message: suspenseReason } : null,
  };
}

/** @param rows one more than the page holds if there is one */
export function paymentConnection(rows: readonly PaymentRow[], page: Page) {
  const shown = rows.map((row) => ({ ...paymentView(row), cursor: paymentCursor(row) }));
  return connectionOf(shown, page, ({ cursor }) => cursor);
}

export function settlementView({ billId, ...settlement }: SettlementRow) {
  return { ...settlement, bill: bill(billId) };
}

export function ledgerEntryView({ billId, balanceChange, ...entry }: JournalRow) {
  return { ...entry, bill: bill(billId), change: balanceChange };
}

/** @param rows one more than the page holds if there is one */
export function ledgerConnection(rows: readonly JournalRow[], page: Page) {
  return connectionOf(rows.map(ledgerEntryView), page, ({ position }) => position);
}

export function depositView({ customerId, ...deposit }: DepositRow) {
  return { ...deposit, customer: { id: customerId } };
}

export function instalmentPlanView({ customerId, bills, ...plan }: InstalmentPlanRow) {
  return {
    ...plan,
    customer: { id: customerId },
    bills: bills.map(({ billId, amount }) => ({ bill: { id: billId }, amount })),
  };
}
