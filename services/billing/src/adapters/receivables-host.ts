import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DATABASE, inTransaction } from '@metermesh/service-kit';
import type pg from 'pg';
import { dailyRunId, type DailyRun } from '../domain/bill-run/daily-run.ts';
import { RECEIVABLES_SETTINGS, type ReceivablesSettings } from '../receivables-settings.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';
import { ReceivablesRun } from './receivables-run.ts';

const LOOK_AT_CLOCK_MS = 10_000;

/** Looks after what is owed once a day: of several replicas one does it, and another does where that one died. */
@Injectable()
export class ReceivablesHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReceivablesHost.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(RECEIVABLES_SETTINGS) private readonly settings: ReceivablesSettings,
    private readonly policies: ReceivablesPolicies,
    private readonly receivables: ReceivablesRun,
  ) {}

  /** Policies that do not fit are told of at once, and not at night. */
  async onApplicationBootstrap(): Promise<void> {
    await this.policies.all();
    if (this.settings.daily) this.running = this.watchClock(this.settings.daily);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async watchClock(daily: DailyRun): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const now = Date.now();
      const id = dailyRunId(daily, now);
      try {
        if (id !== undefined) await this.runOnce(id, now);
      } catch (error) {
        this.logger.error({ err: error, id }, 'What is owed could not be looked after; it is tried again');
      }
      await sleep(LOOK_AT_CLOCK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Nothing where it is done already, or another replica is at it. */
  async runOnce(id: string, now: number): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ is_mine: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtext('billing.receivables_run'))
           AND NOT EXISTS (SELECT FROM receivables_run WHERE id = $1) AS is_mine`,
        [id],
      );
      if (!rows[0]!.is_mine) return;
      const done = await this.receivables.run({ actor: 'billing' }, now);
      await client.query('INSERT INTO receivables_run (id, done) VALUES ($1, $2)', [
        id,
        JSON.stringify(done),
      ]);
      this.logger.log({ id, ...done }, 'What is owed was looked after');
    });
  }
}
