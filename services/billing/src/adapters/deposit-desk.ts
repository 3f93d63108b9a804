import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { CommandContext } from '@metermesh/service-kit';
import { applyDeposit, factsOf } from '../domain/receivables/account.ts';
import type { BookKey } from '../domain/receivables/books.ts';
import type { DepositCommand } from '../domain/receivables/deposit.decider.ts';
import { AccountBooks } from './account-books.ts';
import { Accounts, presentOf } from './accounts.ts';
import { Deposits, type DepositRow } from './deposits.table.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';
import { Receivables } from './receivables.table.ts';

/** Holds securities, pays bills from them, and gives them back. */
@Injectable()
export class DepositDesk {
  constructor(
    private readonly books: AccountBooks,
    private readonly accounts: Accounts,
    private readonly deposits: Deposits,
    private readonly receivables: Receivables,
    private readonly policies: ReceivablesPolicies,
  ) {}

  async decide(context: CommandContext, command: DepositCommand): Promise<{ position?: string } | Refusal> {
    const { depositId } = command;
    return this.books.decide(context, [{ kind: 'deposit', id: depositId }], (books) => {
      const decided = books.decide('deposit', depositId, command);
      return isRefusal(decided) ? decided : undefined;
    });
  }

  /** The named bill, or all open ones of its customer, the oldest first. Refusals: `BILL_NOT_FOUND`, `NOTHING_OPEN`. */
  async apply(
    context: CommandContext,
    { id, customerId, currency }: DepositRow,
    billId: string | null,
  ): Promise<{ position?: string } | Refusal> {
    const rows = (await this.receivables.unsettled(customerId))
      .filter(
        (row) => !row.isCancelled && row.currency === currency && (billId === null || row.billId === billId),
      )
      .sort((one, other) => (one.dueOn < other.dueOn ? -1 : 1));
    if (rows.length === 0)
      return refuse(
        'NOTHING_OPEN',
        `Nothing in ${currency} is open on ${billId === null ? 'any bill' : `bill ${billId}`} of customer ${customerId}.`,
      );
    const bills = await this.accounts.accountBills(rows);
    const keys: BookKey[] = rows.map((row) => ({ kind: 'receivable', id: row.billId }));
    const present = presentOf(rows[0]!);
    return this.books.decide(context, [{ kind: 'deposit', id }, ...keys], (books) => {
      for (const bill of bills) applyDeposit(books, id, { ...bill, ...factsOf(bill) }, undefined, present);
    });
  }

  /** With the interest that is due by then. Without an amount: all of it. */
  async refund(
    context: CommandContext,
    deposit: DepositRow,
    refund: { amount?: string; method: string; reason: string },
  ): Promise<{ position?: string } | Refusal> {
    const depositId = deposit.id;
    const whole = { depositId, ...presentOf({ timeZone: 'UTC' }), by: context.actor };
    const interest = await this.interestOn(deposit);
    return this.books.decide(context, [{ kind: 'deposit', id: depositId }], (books) => {
      if (interest) books.surely('deposit', depositId, { type: 'creditInterest', ...interest, ...whole });
      const refunded = books.decide('deposit', depositId, { type: 'refund', ...refund, ...whole });
      return isRefusal(refunded) ? refunded : undefined;
    });
  }

  /** Credits what interest is due up to the beginning of the year; answers whether there was any. */
  async creditInterest(context: CommandContext, deposit: DepositRow, now: number): Promise<boolean> {
    const interest = await this.interestOn(deposit);
    if (!interest) return false;
    const on = `${new Date(now).getUTCFullYear()}-01-01`;
    const command = {
      type: 'creditInterest',
      depositId: deposit.id,
      on,
      at: now,
      by: context.actor,
    } as const;
    const credited = await this.decide(context, { ...command, ...interest });
    return !isRefusal(credited) && credited.position !== undefined;
  }

  private async interestOn({ currency }: DepositRow) {
    const policies = await this.policies.all();
    const granting = policies.find((each) => each.depositInterest && each.currency === currency);
    return granting && { policyId: granting.id, policy: granting.depositInterest! };
  }

  /** Refusal: `DEPOSIT_NOT_FOUND`. */
  async known(id: string): Promise<DepositRow | Refusal> {
    return (
      (await this.deposits.byId(id)) ??
      refuse('DEPOSIT_NOT_FOUND', `There is no deposit ${JSON.stringify(id)}.`)
    );
  }
}
