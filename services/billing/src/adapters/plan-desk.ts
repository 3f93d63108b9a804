import { Injectable } from '@nestjs/common';
import { refuse, type Refusal } from '@metermesh/decider';
import type { CommandContext } from '@metermesh/service-kit';
import { agreePlan, endPlan } from '../domain/receivables/account-plans.ts';
import type { BookKey } from '../domain/receivables/books.ts';
import type { AgreedInstalment } from '../domain/receivables/instalment-plan.ts';
import { AccountBooks } from './account-books.ts';
import { Accounts, presentOf } from './accounts.ts';
import { InstalmentPlans, type InstalmentPlanRow } from './instalment-plans.table.ts';
import { Receivables, type ReceivableRow } from './receivables.table.ts';

/** Agrees on instalment plans and sees whether they are kept. */
@Injectable()
export class PlanDesk {
  constructor(
    private readonly books: AccountBooks,
    private readonly accounts: Accounts,
    private readonly plans: InstalmentPlans,
    private readonly receivables: Receivables,
  ) {}

  /** Refusals: `BILL_NOT_FOUND`, and those of `agreePlan`. */
  async agree(
    context: CommandContext,
    planId: string,
    billIds: readonly string[],
    instalments: readonly AgreedInstalment[],
    reason: string,
  ): Promise<{ position?: string } | Refusal> {
    const found = await this.receivables.byId(billIds);
    const missing = billIds.find((id) => !found.has(id));
    if (missing !== undefined)
      return refuse('BILL_NOT_FOUND', `There is no bill ${JSON.stringify(missing)}.`);
    const rows = [...found.values()];
    const bills = await this.accounts.accountBills(rows);
    const present = { ...presentOf(rows[0] ?? { timeZone: 'UTC' }), by: context.actor };
    return this.books.decide(context, keysOf(planId, rows), (books) =>
      agreePlan(books, planId, bills, instalments, reason, present),
    );
  }

  /** @param reason why it is given up; left out: it ends only where it is kept or broken */
  async end(
    context: CommandContext,
    plan: InstalmentPlanRow,
    reason?: string,
    now = Date.now(),
  ): Promise<{ position?: string } | Refusal> {
    const rows = [...(await this.receivables.byId(plan.bills.map(({ billId }) => billId))).values()];
    const bills = await this.accounts.accountBills(rows);
    const present = { ...presentOf(rows[0] ?? { timeZone: 'UTC' }, now), by: context.actor };
    return this.books.decide(context, keysOf(plan.id, rows), (books) =>
      endPlan(books, plan.id, bills, reason, present),
    );
  }

  /** Refusal: `INSTALMENT_PLAN_NOT_FOUND`. */
  async known(id: string): Promise<InstalmentPlanRow | Refusal> {
    return (
      (await this.plans.byId(id)) ??
      refuse('INSTALMENT_PLAN_NOT_FOUND', `There is no instalment plan ${JSON.stringify(id)}.`)
    );
  }
}

const keysOf = (planId: string, rows: readonly ReceivableRow[]): BookKey[] => [
  { kind: 'instalment-plan', id: planId },
  ...rows.map(({ billId }) => ({ kind: 'receivable' as const, id: billId })),
];
