import type { Refusal } from '@metermesh/decider';
import type { EventStore } from '@metermesh/event-store';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import type { BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { currentBill, type BillingCycleEvent } from '../domain/billing-cycle/billing-cycle.ts';
import type { BillingPolicy } from '../domain/billing-cycle/billing-policy.ts';
import { duePeriods } from '../domain/bill-run/due-periods.ts';
import type { Period } from '../domain/rating/period.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import type { Slice, SliceOutcome } from './bill-run-slices.table.ts';
import { CycleCloser, type Due } from './cycle-closer.ts';
import { agreementsOf } from './slice-agreements.ts';

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
  const closer = new CycleCloser(billing, run);
  for await (const state of closer.close(due)) {
    if (currentBill(state)) outcome.billed += 1;
    else outcome.held += 1;
  }
  return { ...outcome, failures: closer.failures };
}
