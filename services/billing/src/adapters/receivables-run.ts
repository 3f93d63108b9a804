import { Injectable, Logger } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import type { Books } from '../domain/receivables/books.ts';
import { factsOf } from '../domain/receivables/account.ts';
import type { ReceivableEvent } from '../domain/receivables/receivable.ts';
import type { ReceivablesPolicy } from '../domain/receivables/receivables-policy.ts';
import { AccountBooks } from './account-books.ts';
import { presentOf } from './accounts.ts';
import { DepositDesk } from './deposit-desk.ts';
import { Deposits } from './deposits.table.ts';
import { Dunning } from './dunning.table.ts';
import { InstalmentPlans } from './instalment-plans.table.ts';
import { PlanDesk } from './plan-desk.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';
import { Receivables, type ReceivableRow } from './receivables.table.ts';

/** How many of what a run did. */
export interface ReceivablesAssessment {
  billsLookedAt: number;
  lateFeesCharged: number;
  dunningStepsTaken: number;
  disconnectionsRequested: number;
  disconnectionRequestsWithdrawn: number;
  instalmentPlansEnded: number;
  depositsCredited: number;
}

/** Bills that are decided on and recorded in one go. */
const SLICE = 200;
const A_DAY_MS = 86_400_000;

/**
 * What is done once a day: sees whether instalment plans are kept, charges late fees, takes dunning steps, and credits
 * interest on deposits. Whatever was done before is not done again, so a run may be repeated or begun anew after a crash.
 */
@Injectable()
export class ReceivablesRun {
  private readonly logger = new Logger(ReceivablesRun.name);

  constructor(
    private readonly books: AccountBooks,
    private readonly receivables: Receivables,
    private readonly dunning: Dunning,
    private readonly plans: InstalmentPlans,
    private readonly planDesk: PlanDesk,
    private readonly deposits: Deposits,
    private readonly depositDesk: DepositDesk,
    private readonly policies: ReceivablesPolicies,
    private readonly projections: ProjectionHost,
  ) {}

  /** @param now the present, milliseconds since 1970; each bill's day is that of its usage point */
  async run(context: CommandContext, now: number): Promise<ReceivablesAssessment> {
    const done: ReceivablesAssessment = {
      billsLookedAt: 0,
      lateFeesCharged: 0,
      dunningStepsTaken: 0,
      disconnectionsRequested: 0,
      disconnectionRequestsWithdrawn: 0,
      instalmentPlansEnded: await this.checkPlans(context, now),
      depositsCredited: await this.creditDeposits(context, now),
    };
    // Somewhere on earth it is tomorrow already.
    const before = new Date(now + A_DAY_MS).toISOString().slice(0, 10);
    for (let after = ''; ;) {
      const rows = await this.receivables.overdue(before, after, SLICE);
      if (rows.length === 0) return done;
      await this.assess(context, rows, now, done);
      after = rows.at(-1)!.billId;
    }
  }

  /** Late fee and dunning of some bills, all of them in one append. */
  private async assess(
    context: CommandContext,
    rows: readonly ReceivableRow[],
    now: number,
    done: ReceivablesAssessment,
  ): Promise<void> {
    const policies = await Promise.all(rows.map((row) => this.policies.of(row)));
    const standing = await this.dunning.standingAgreements(
      rows.map(({ agreementId }) => agreementId),
      now,
    );
    let decided: ReceivableEvent[] = [];
    const keys = rows.map(({ billId }) => ({ kind: 'receivable' as const, id: billId }));
    const recorded = await this.books.decide(context, keys, (books) => {
      decided = rows.flatMap((row, index) => {
        const policy = policies[index];
        return policy
          ? assessBill(books, row, policy, standing.has(row.agreementId), now, context.actor)
          : [];
      });
    });
    if (isRefusal(recorded)) return this.skipped(rows, recorded);
    done.billsLookedAt += rows.length;
    count(decided, done);
    await this.projections.reach(recorded.position);
  }

  private skipped(rows: readonly ReceivableRow[], { code, message }: Refusal): void {
    this.logger.warn(
      { code, from: rows[0]!.billId, bills: rows.length },
      `Bills wait for the next run: ${message}`,
    );
  }

  private async checkPlans(context: CommandContext, now: number): Promise<number> {
    let ended = 0;
    for (let after = ''; ;) {
      const plans = await this.plans.active(after, SLICE);
      if (plans.length === 0) return ended;
      for (const plan of plans) {
        const checked = await this.planDesk.end(context, plan, undefined, now);
        if (isRefusal(checked) || checked.position === undefined) continue;
        ended++;
        await this.projections.reach(checked.position);
      }
      after = plans.at(-1)!.id;
    }
  }

  private async creditDeposits(context: CommandContext, now: number): Promise<number> {
    let credited = 0;
    for (let after = ''; ;) {
      const deposits = await this.deposits.page(after, SLICE);
      if (deposits.length === 0) return credited;
      for (const deposit of deposits)
        if (await this.depositDesk.creditInterest(context, deposit, now)) credited++;
      after = deposits.at(-1)!.id;
    }
  }
}

function assessBill(
  books: Books,
  row: ReceivableRow,
  { id: policyId, lateFee, dunning }: ReceivablesPolicy,
  hasAgreement: boolean,
  now: number,
  by: string,
): ReceivableEvent[] {
  const { on, at } = presentOf(row, now);
  const { billId, pauses, isDisputed, protectedBecause } = row;
  const bill = factsOf(row);
  const charged = lateFee
    ? books.surely('receivable', billId, {
        type: 'assessLateFee',
        bill,
        policyId,
        policy: lateFee,
        pauses,
        on,
        at,
      })
    : [];
  const facts = { isDisputed, hasAgreement, ...(protectedBecause !== null && { protectedBecause }) };
  const dunned = dunning
    ? books.surely('receivable', billId, { type: 'dun', bill, policyId, policy: dunning, facts, on, by, at })
    : [];
  return [...charged, ...dunned] as ReceivableEvent[];
}

function count(decided: readonly ReceivableEvent[], done: ReceivablesAssessment): void {
  for (const { $typeName } of decided) {
    if ($typeName === 'metermesh.billing.v1.LateFeeCharged') done.lateFeesCharged++;
    if ($typeName === 'metermesh.billing.v1.DunningStepTaken') done.dunningStepsTaken++;
    if ($typeName === 'metermesh.billing.v1.DisconnectionRequested') done.disconnectionsRequested++;
    if ($typeName === 'metermesh.billing.v1.DisconnectionRequestWithdrawn')
      done.disconnectionRequestsWithdrawn++;
  }
}
