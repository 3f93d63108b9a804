import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { localDayAt } from '@metermesh/metering';
import type { CommandContext } from '@metermesh/service-kit';
import {
  factsOf,
  reversePayment,
  settleAccount,
  type AccountBill,
  type Present,
} from '../domain/receivables/account.ts';
import type { BookKey } from '../domain/receivables/books.ts';
import type { ReceivableCommand } from '../domain/receivables/receivable.decider.ts';
import type { BillFacts } from '../domain/receivables/receivable.ts';
import { AccountBooks } from './account-books.ts';
import { Payments } from './payments.table.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';
import { Receivables, type ReceivableRow } from './receivables.table.ts';

/** Who settles what nobody asked for. */
export const BILLING: CommandContext = { actor: 'billing' };

/** Customers' accounts: what is owed, what was paid, and what of both comes together. */
@Injectable()
export class Accounts {
  constructor(
    private readonly books: AccountBooks,
    private readonly receivables: Receivables,
    private readonly payments: Payments,
    private readonly policies: ReceivablesPolicies,
  ) {}

  /** Pays the customer's open bills with his credit, as far as the read tables know of both. Safe to repeat. */
  async settle(context: CommandContext, customerId: string): Promise<{ position?: string } | Refusal> {
    const [rows, payments] = await Promise.all([
      this.receivables.unsettled(customerId),
      this.payments.withCredit(customerId),
    ]);
    if (rows.length === 0) return {};
    const account = { bills: await this.accountBills(rows), payments };
    const keys: BookKey[] = [
      ...rows.map(({ billId }) => ({ kind: 'receivable' as const, id: billId })),
      ...payments.map((reference) => ({ kind: 'payment' as const, id: reference })),
    ];
    return this.books.decide(context, keys, (books) => settleAccount(books, account, presentOf(rows[0]!)));
  }

  /** The money went back: the bills that it paid are open again. */
  async reversePayment(
    context: CommandContext,
    reference: string,
    reason: string,
  ): Promise<{ position?: string } | Refusal> {
    const bills = await this.accountBills(await this.receivables.paidBy(reference));
    const keys: BookKey[] = bills.map(({ billId }) => ({ kind: 'receivable', id: billId }));
    return this.books.decide(context, [{ kind: 'payment', id: reference }, ...keys], (books) =>
      reversePayment(books, reference, bills, { reason, by: context.actor, at: Date.now() }),
    );
  }

  /** Decides on what one bill demands. Refusals: `BILL_NOT_FOUND`, and those of the decision. */
  async onBill(
    context: CommandContext,
    billId: string,
    commandOf: (bill: BillFacts) => ReceivableCommand,
  ): Promise<{ position?: string } | Refusal> {
    const row = (await this.receivables.byId([billId])).get(billId);
    if (!row) return refuse('BILL_NOT_FOUND', `There is no bill ${JSON.stringify(billId)}.`);
    return this.books.decide(context, [{ kind: 'receivable', id: billId }], (books) => {
      const decided = books.decide('receivable', billId, commandOf(factsOf(row)));
      return isRefusal(decided) ? decided : undefined;
    });
  }

  async accountBills(rows: readonly ReceivableRow[]): Promise<AccountBill[]> {
    return Promise.all(rows.map(async (row) => accountBill(row, (await this.policies.of(row))?.lateFee)));
  }
}

function accountBill(row: ReceivableRow, lateFee: AccountBill['lateFee']): AccountBill {
  const { isCancelled, replacedBy, prepaid } = row;
  const quietBecause = quietReason(row);
  return {
    ...factsOf(row),
    pauses: row.pauses,
    ...(isCancelled && { cancelled: { replacedBy: replacedBy ?? '' } }),
    ...(lateFee && { lateFee }),
    ...(prepaid !== null && { prepaid }),
    ...(quietBecause !== null && { quietBecause }),
  };
}

function quietReason({ isDisputed, protectedBecause, hasAgreement }: ReceivableRow): string | null {
  if (isDisputed) return 'The customer disputes the bill.';
  if (!hasAgreement) return 'The customer no longer has the usage point.';
  return protectedBecause;
}

/** The day that it is where the bill's usage point lies. */
export function presentOf({ timeZone }: { readonly timeZone: string }, at = Date.now()): Present {
  return { on: localDayAt(at, timeZone).date, at };
}
