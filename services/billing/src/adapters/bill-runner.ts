import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '@metermesh/service-kit/database';
import { completeRun } from './complete-run.ts';
import {
  finishSlice,
  planSlices,
  progressOf,
  takeSlice,
  type Slice,
  type SliceOutcome,
} from './bill-run-slices.table.ts';
import { closeSlice, type Billing, type RunningRun } from './close-slice.ts';

export interface BillRunnerOptions {
  /** Agreements that one process goes through before it says how far it has come. */
  readonly agreementsASlice?: number;
  /** Slices under way at once: while the database reads or records one, another is decided. */
  readonly slicesAtOnce?: number;
  /** How often to look whether something is to be done, milliseconds. */
  readonly pollInterval?: number;
  /** Hears of each slice that this process has finished, and how long it took. */
  readonly onSlice?: (slice: Slice, outcome: SliceOutcome, seconds: number) => void;
  readonly onError?: (error: unknown) => void;
}

/** Works on bill runs that are under way, together with whoever else does. What it leaves when it is killed, others go on with. */
export class BillRunner {
  private readonly billing: Billing;
  private readonly options: BillRunnerOptions;
  private wake = new AbortController();

  constructor(billing: Billing, options: BillRunnerOptions = {}) {
    this.billing = billing;
    this.options = options;
  }

  /** Until the signal aborts; the slices in hand are finished then. */
  async run(signal: AbortSignal): Promise<void> {
    const { pollInterval = 1000, onError } = this.options;
    while (!signal.aborted) {
      this.wake = new AbortController();
      try {
        await this.workOnOldest(signal);
      } catch (error) {
        onError?.(error);
      }
      const stirred = AbortSignal.any([signal, this.wake.signal]);
      await sleep(pollInterval, undefined, { signal: stirred }).catch(() => {});
    }
  }

  /** Looks at once whether something is to be done. */
  look(): void {
    this.wake.abort();
  }

  private async workOnOldest(signal: AbortSignal): Promise<void> {
    const { pool, store } = this.billing;
    const { agreementsASlice = 500, slicesAtOnce = 2 } = this.options;
    const { rows } = await pool.query<RunningRun>(
      `SELECT id, issued_at AS "issuedAt", due_by AS "dueBy", started_by AS "startedBy"
       FROM bill_run WHERE status = 'RUNNING' ORDER BY issued_at, id LIMIT 1`,
    );
    const [run] = rows;
    if (!run) return;
    await inTransaction(pool, (client) => planSlices(client, run.id, agreementsASlice));
    const hands = Array.from({ length: slicesAtOnce }, async () => {
      while (!signal.aborted && (await this.workOnSlice(run)));
    });
    const failed = (await Promise.allSettled(hands)).find((hand) => hand.status === 'rejected');
    if (failed) throw failed.reason;
    const progress = (await progressOf(pool, [run.id])).get(run.id);
    if (!progress || progress.unfinishedSlices === 0) await completeRun(store, run, progress);
  }

  /** Answers whether there was one. */
  private async workOnSlice(run: RunningRun): Promise<boolean> {
    const begin = performance.now();
    const finished = await inTransaction(this.billing.pool, async (client) => {
      const slice = await takeSlice(client, run.id);
      if (!slice) return undefined;
      const outcome = await closeSlice(this.billing, run, slice);
      await finishSlice(client, slice, outcome);
      return { slice, outcome };
    });
    if (!finished) return false;
    this.options.onSlice?.(finished.slice, finished.outcome, (performance.now() - begin) / 1000);
    return true;
  }
}
