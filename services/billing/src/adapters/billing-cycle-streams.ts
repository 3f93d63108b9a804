import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { Commands, DATABASE, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import type pg from 'pg';
import { BILLING_POLICY } from '../billing-policy.ts';
import { countBilling } from '../billing-metrics.ts';
import type { BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { changesDemand } from '../domain/billing-cycle/demand-history.ts';
import {
  billingCycleDecider,
  type BillingCycleCommand,
} from '../domain/billing-cycle/billing-cycle.decider.ts';
import { currentBill, type BillingCycle } from '../domain/billing-cycle/billing-cycle.ts';
import type { BillingPolicy } from '../domain/billing-cycle/billing-policy.ts';
import { billingCycleAsOf } from '../projections/as-of.ts';
import { BillingBases } from './billing-bases.ts';
import { askForChecks, cyclesFrom } from './rebill-checks.table.ts';

/** Which cycle: its stream. */
export interface CycleName {
  readonly agreementId: string;
  readonly periodStart: string;
}

/** Reads billing cycles from their streams, and has them decide. */
@Injectable()
export class BillingCycleStreams {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly bases: BillingBases,
    @Inject(BILLING_POLICY) private readonly policy: BillingPolicy,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  /** @param asOf what was decided later is left out */
  async read(cycle: CycleName, asOf?: Date): Promise<BillingCycle> {
    const folding = asOf ? billingCycleAsOf(asOf.getTime()) : billingCycleDecider;
    return (await this.commands.load(folding, streamOf(cycle))).state;
  }

  /** Decides and answers the cycle as it is then; what is queried afterwards shows it. */
  async decide(
    cycle: CycleName,
    command: BillingCycleCommand,
    context: CommandContext,
  ): Promise<BillingCycle | Refusal> {
    const decided = await this.commands.execute(billingCycleDecider, streamOf(cycle), command, context);
    if (isRefusal(decided)) return decided;
    countBilling(decided.events);
    await this.projections.reach(decided.position);
    return decided.state;
  }

  /** Bills the period that begins on a day, or holds it. Refusals: those of {@link BillingBases.of} and of closing. */
  async close(
    agreementId: string,
    periodStart: string,
    context: CommandContext,
  ): Promise<BillingCycle | Refusal> {
    const basis = await this.bases.of(agreementId, periodStart);
    if (isRefusal(basis)) return basis;
    return this.decide(
      { agreementId, periodStart: basis.period.start },
      { type: 'close', basis, policy: this.policy, now: Date.now(), closedBy: context.actor },
      context,
    );
  }

  /** Takes responsibility for what holds a cycle. Of one that is billed already it is its rebill, which is looked at anew. */
  async release(cycle: CycleName, reason: string, context: CommandContext): Promise<BillingCycle | Refusal> {
    const released = await this.decide(
      cycle,
      { type: 'release', ...cycle, reason, now: Date.now(), releasedBy: context.actor },
      context,
    );
    if (!isRefusal(released) && currentBill(released)) await askForChecks(this.pool, [cycle], 0);
    return released;
  }

  /** Looks whether the bill of a cycle is still right. Refusals: `AGREEMENT_NOT_FOUND`, `PERIOD_START_INVALID`. */
  async checkForRebill(cycle: CycleName, context: CommandContext): Promise<BillingCycle | Refusal> {
    const basis = await this.presentBasis(cycle);
    if (isRefusal(basis)) return basis;
    return this.decide(
      { ...cycle, ...(basis && { periodStart: basis.period.start }) },
      { type: 'check-for-rebill', basis, policy: this.policy, now: Date.now(), checkedBy: context.actor },
      context,
    );
  }

  /** Refusals: those of {@link checkForRebill} and of issuing. */
  async issueRebill(
    cycle: CycleName,
    proposalId: string,
    reason: string,
    context: CommandContext,
  ): Promise<BillingCycle | Refusal> {
    const basis = await this.presentBasis(cycle);
    if (isRefusal(basis)) return basis;
    const { policy } = this;
    const issued = await this.decide(
      cycle,
      { type: 'issue-rebill', proposalId, basis, policy, reason, now: Date.now(), issuedBy: context.actor },
      context,
    );
    if (!isRefusal(issued) && changesDemand(issued)) await this.checkLater(issued);
    return issued;
  }

  /** The bills of later periods may rest on the demand of this one. */
  private async checkLater({ bills }: BillingCycle): Promise<void> {
    const { agreementId, period } = bills.at(-1)!.issued;
    const cycles = await cyclesFrom(this.pool, agreementId, period!.end, new Date());
    await askForChecks(this.pool, cycles, 0);
  }

  /** Undefined where the agreement covers no day of the period any more. */
  private async presentBasis({
    agreementId,
    periodStart,
  }: CycleName): Promise<BillingBasis | undefined | Refusal> {
    const basis = await this.bases.of(agreementId, periodStart);
    return isRefusal(basis) && basis.code === 'AGREEMENT_DOES_NOT_COVER_PERIOD' ? undefined : basis;
  }
}

export const streamOf = ({ agreementId, periodStart }: CycleName) =>
  streamName('billing-cycle', `${agreementId}-${periodStart}`);
