import { setImmediate as letOthersRun } from 'node:timers/promises';
import { streamName, WrongExpectedRevision, type EventStore } from '@metermesh/event-store';
import { isRefusal, type Refusal } from '@metermesh/decider';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { BILLED_READING_TYPES, type BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import {
  currentBill,
  type BillingCycle,
  type BillingCycleEvent,
} from '../domain/billing-cycle/billing-cycle.ts';
import { billingCycleDecider } from '../domain/billing-cycle/billing-cycle.decider.ts';
import type { BillingPolicy } from '../domain/billing-cycle/billing-policy.ts';
import { duePeriods } from '../domain/bill-run/due-periods.ts';
import type { Period } from '../domain/rating/period.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import type { Slice, SliceFailure, SliceOutcome } from './bill-run-slices.table.ts';
import { earlierPeriods } from './earlier-periods.ts';
import { appendOf, freshCycle, readCycle, type Closer, type Closing } from './closing.ts';
import { agreementsOf, type SliceAgreement } from './slice-agreements.ts';
import { packedDaysOf, unpackedByReadingType, type PackedDays } from './validated-days-of.ts';

/** What bill runs work with. */
export interface Billing {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly policy: BillingPolicy;
  tariff(id: string): Promise<Tariff | Refusal>;
  /** What the gas was that the agreement is billed by; undefined where it is billed by none. */
  gasDays(agreement: Agreement, period: Period): Promise<BillingBasis['gasDays']>;
  /** Hears what has been recorded. */
  onRecorded?(events: readonly BillingCycleEvent[]): void;
}

export interface RunningRun {
  readonly id: string;
  /** Bills are issued at this time, and cycles are due whose period has ended by then. */
  readonly issuedAt: Date;
  /** Local date: only cycles whose period ends on it or before it; null: all that are due. */
  readonly dueBy: string | null;
  readonly startedBy: string;
}

/** Periods that are read, decided and recorded together: what is in memory at once does not grow with the run. */
const TOGETHER = 500;
/** Bills after which others have their turn: a few milliseconds. */
const WITHOUT_PAUSE = 20;

/**
 * Closes all cycles of a slice that are due, each agreement's oldest first. May be done again, by anybody, after it was broken
 * off anywhere: what has been recorded is neither lost nor recorded twice. An agreement that a fault of the program does not
 * let through is answered among the failures.
 */
export async function closeSlice(billing: Billing, run: RunningRun, slice: Slice): Promise<SliceOutcome> {
  const agreements = await agreementsOf(billing.pool, slice, run.issuedAt);
  const until = { issuedAt: run.issuedAt.getTime(), dueBy: run.dueBy ?? undefined };
  const outcome = { billed: 0, held: 0, unchanged: 0 };
  const due: Due[] = [];
  for (const of of agreements) {
    const { agreement, usagePoint, billedPeriods, billedByRun } = of;
    const periods = duePeriods(agreement, usagePoint?.timeZone, until, (start) => billedPeriods.has(start));
    due.push(...periods.map((period) => ({ of, period })));
    outcome.billed += billedByRun;
    if (periods.length === 0 && billedByRun === 0) outcome.unchanged += 1;
  }
  const closing = new ClosingOfSlice(billing, run);
  for (let at = 0; at < due.length; at += TOGETHER) {
    for (const state of await closing.close(due.slice(at, at + TOGETHER))) {
      if (currentBill(state)) outcome.billed += 1;
      else outcome.held += 1;
    }
  }
  return { ...outcome, failures: closing.failures };
}

/** A period that is due. */
interface Due {
  readonly of: SliceAgreement;
  readonly period: Period;
}

class ClosingOfSlice {
  readonly failures: SliceFailure[] = [];
  private readonly failed = new Set<string>();
  private readonly tariffs = new Map<string, Tariff | Refusal>();
  private readonly billing: Billing;
  private readonly closer: Closer;

  constructor(billing: Billing, { id, startedBy, issuedAt }: RunningRun) {
    this.billing = billing;
    this.closer = { runId: id, closedBy: startedBy, closedAt: issuedAt.getTime() };
  }

  /** Answers the cycles as they are afterwards, without those that failed. */
  async close(due: readonly Due[]): Promise<BillingCycle[]> {
    const { pool, store } = this.billing;
    const days = await packedDaysOf(pool, due.map(wantedDays));
    const closings: Closing[] = [];
    for (const [index, each] of due.entries()) {
      if (index % WITHOUT_PAUSE === WITHOUT_PAUSE - 1) await letOthersRun();
      const isFresh = !each.of.openPeriods.has(each.period.start);
      const closing = await this.closingOf(each, days[index]!, isFresh);
      if (closing) closings.push(closing);
    }
    const decided = closings.filter(({ events }) => events.length > 0);
    try {
      await store.append(...decided.map((closing) => appendOf(this.closer, closing)));
      for (const { events } of decided) this.billing.onRecorded?.(events);
      return closings.map(({ state }) => state);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    // Others have written to one of them: a mutation, or whoever had the slice before without our having read it yet.
    const states: BillingCycle[] = [];
    for (const [index, each] of due.entries()) {
      const state = await this.closeSingly(each, days[index]!);
      if (state) states.push(state);
    }
    return states;
  }

  private async closeSingly(due: Due, days: PackedDays): Promise<BillingCycle | undefined> {
    for (;;) {
      const closing = await this.closingOf(due, days, false);
      if (!closing || closing.events.length === 0) return closing?.state;
      try {
        await this.billing.store.append(appendOf(this.closer, closing));
        this.billing.onRecorded?.(closing.events);
        return closing.state;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  /**
   * What closing a cycle comes to. Undefined where it throws: a fault of the program, which keeps nobody else from being billed.
   *
   * @param isFresh whether the cycle seems to have no stream yet; recording finds out
   */
  private async closingOf(
    { of, period }: Due,
    days: PackedDays,
    isFresh: boolean,
  ): Promise<Closing | undefined> {
    const { agreement, usagePoint } = of;
    // What comes later may rest on what failed.
    if (this.failed.has(agreement.id)) return undefined;
    const stream = streamName('billing-cycle', `${agreement.id}-${period.start}`);
    const cycle = isFresh ? freshCycle(stream) : await readCycle(this.billing.store, stream);
    for (const { tariffId } of agreement.terms)
      if (!this.tariffs.has(tariffId)) this.tariffs.set(tariffId, await this.billing.tariff(tariffId));
    const gasDays = await this.billing.gasDays(agreement, period);
    const earlier = await earlierPeriods(this.billing.pool, { agreement, period, tariffs: this.tariffs });
    try {
      const basis = {
        agreement,
        period,
        ...(usagePoint && { usagePoint }),
        tariffs: this.tariffs,
        days: unpackedByReadingType(days),
        gasDays,
        earlier,
      };
      const { closedAt: now, closedBy } = this.closer;
      const { policy } = this.billing;
      const events = billingCycleDecider.decide({ type: 'close', basis, policy, now, closedBy }, cycle.state);
      // What a run closes is over, and whatever else cannot be billed holds the cycle.
      if (isRefusal(events)) throw new Error(`${events.code}: ${events.message}`);
      return { ...cycle, events, state: events.reduce(billingCycleDecider.evolve, cycle.state) };
    } catch (error) {
      this.failed.add(agreement.id);
      this.failures.push({ agreementId: agreement.id, code: 'BILLING_FAILED', message: String(error) });
      return undefined;
    }
  }
}

const wantedDays = ({ of, period: { start, end } }: Due) => ({
  usagePointId: of.agreement.usagePointId,
  readingTypes: BILLED_READING_TYPES,
  start,
  end,
});
