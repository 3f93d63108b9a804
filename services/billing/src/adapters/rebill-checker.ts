import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { BillingCycleStreams } from './billing-cycle-streams.ts';
import { forgetCheck, takeDueCheck, type LeasedCheck } from './rebill-checks.table.ts';

const LOOK_EVERY_MS = 500;
const ACTOR = 'billing';

/** Looks at the cycles whose bill may no longer be right, one at a time a replica. What it does not finish, it or another does again. */
@Injectable()
export class RebillChecker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RebillChecker.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cycles: BillingCycleStreams,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const wasDue = await this.takeOne();
      if (!wasDue) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  private async takeOne(): Promise<boolean> {
    let check: LeasedCheck | undefined;
    try {
      check = await takeDueCheck(this.pool);
      if (check && (await this.look(check))) await forgetCheck(this.pool, check);
      return check !== undefined;
    } catch (error) {
      this.logger.error({ ...check, err: error }, 'A bill could not be checked; it is tried again');
      return false;
    }
  }

  /** Whether that check is done with. */
  private async look({ agreementId, periodStart }: LeasedCheck): Promise<boolean> {
    const checked = await this.cycles.checkForRebill({ agreementId, periodStart }, { actor: ACTOR });
    if (!isRefusal(checked)) return true;
    this.logger.warn({ agreementId, periodStart, code: checked.code }, 'A bill was not checked');
    return checked.code !== 'BUSY';
  }
}
