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
import { currentBill } from '../domain/billing-cycle/billing-cycle.ts';
import { BillingCycleStreams } from './billing-cycle-streams.ts';
import { forgetCheck, takeDueCheck, waitForBill, type LeasedCheck } from './rebill-checks.table.ts';

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
      if (check) await this.look(check);
      return check !== undefined;
    } catch (error) {
      this.logger.error({ ...check, err: error }, 'A bill could not be checked; it is tried again');
      return false;
    }
  }

  /** Where there is no bill yet, one may be on its way that rests on what was known before. */
  private async look(check: LeasedCheck): Promise<void> {
    const { agreementId, periodStart } = check;
    const checked = await this.cycles.checkForRebill({ agreementId, periodStart }, { actor: ACTOR });
    if (isRefusal(checked)) {
      this.logger.warn({ agreementId, periodStart, code: checked.code }, 'A bill was not checked');
      if (checked.code !== 'BUSY') await forgetCheck(this.pool, check);
    } else {
      await (currentBill(checked) ? forgetCheck : waitForBill)(this.pool, check);
    }
  }
}
