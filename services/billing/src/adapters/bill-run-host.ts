import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import type { EventStore } from '@metermesh/event-store';
import { Commands, DATABASE, EVENT_STORE } from '@metermesh/service-kit';
import type pg from 'pg';
import { countBilling, countSlice } from '../billing-metrics.ts';
import { BILLING_POLICY } from '../billing-policy.ts';
import { DAILY_RUN } from '../daily-run.ts';
import type { BillingPolicy } from '../domain/billing-cycle/billing-policy.ts';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import type { Period } from '../domain/rating/period.ts';
import { billRunDecider } from '../domain/bill-run/bill-run.decider.ts';
import { dailyRunId, type DailyRun } from '../domain/bill-run/daily-run.ts';
import type { Slice, SliceOutcome } from './bill-run-slices.table.ts';
import { BillRunner } from './bill-runner.ts';
import { billRunStream } from './complete-run.ts';
import { GasQualityTable } from './gas-quality.table.ts';
import { Tariffs } from './tariffs.ts';

const LOOK_AT_CLOCK_MS = 10_000;
const ACTOR = 'billing';

/** Works on bill runs for as long as the service runs, and starts the daily one where there is to be one. */
@Injectable()
export class BillRunHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(BillRunHost.name);
  private readonly stopping = new AbortController();
  private readonly runner: BillRunner;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(DATABASE) pool: pg.Pool,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(BILLING_POLICY) policy: BillingPolicy,
    tariffs: Tariffs,
    gasQuality: GasQualityTable,
    private readonly commands: Commands,
    @Inject(DAILY_RUN) private readonly daily: DailyRun | undefined,
  ) {
    const billing = {
      pool,
      store,
      policy,
      tariff: (id: string) => tariffs.byId(id),
      gasDays: (agreement: Agreement, period: Period) => gasQuality.ofAgreement(agreement, period),
      onRecorded: countBilling,
    };
    this.runner = new BillRunner(billing, {
      onSlice: (...finished) => this.finished(...finished),
      onError: (err) => this.logger.error({ err }, 'A bill run cannot go on; it is tried again'),
    });
  }

  onApplicationBootstrap(): void {
    const { signal } = this.stopping;
    this.running = Promise.all([this.runner.run(signal), this.daily && this.startDaily(this.daily, signal)]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Looks at once whether a run has been started. */
  look(): void {
    this.runner.look();
  }

  private finished({ runId, number }: Slice, outcome: SliceOutcome, seconds: number): void {
    countSlice(outcome, seconds);
    for (const failure of outcome.failures)
      this.logger.error({ runId, slice: number, ...failure }, 'An agreement could not be billed');
  }

  private async startDaily(daily: DailyRun, signal: AbortSignal): Promise<void> {
    let latest: string | undefined;
    while (!signal.aborted) {
      const runId = dailyRunId(daily, Date.now());
      if (runId !== undefined && runId !== latest && (await this.start(runId, daily))) latest = runId;
      await sleep(LOOK_AT_CLOCK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Answers whether that is done with. */
  private async start(runId: string, { at, timeZone }: DailyRun): Promise<boolean> {
    const command = {
      type: 'start',
      runId,
      now: Date.now(),
      by: ACTOR,
      reason: `Daily at ${at} ${timeZone}`,
    } as const;
    try {
      const started = await this.commands.execute(billRunDecider, billRunStream(runId), command, {
        actor: ACTOR,
      });
      return !isRefusal(started);
    } catch (err) {
      this.logger.error({ err, runId }, 'The daily bill run could not be started; it is tried again');
      return false;
    }
  }
}
