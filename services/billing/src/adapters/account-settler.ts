import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { DATABASE, inTransaction } from '@metermesh/service-kit';
import type pg from 'pg';
import { Accounts, BILLING } from './accounts.ts';
import { takeUnsettled } from './accounts-to-settle.table.ts';
import { SetAside } from './set-aside.ts';

const LOOK_EVERY_MS = 250;

/**
 * Settles the accounts that bills, cancellations and payments have left unsettled, one at a time per replica. An account
 * stays on the list until what was decided is recorded; settling it again decides nothing. One that cannot be settled keeps no
 * other waiting.
 */
@Injectable()
export class AccountSettler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AccountSettler.name);
  private readonly failed = new SetAside();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    private readonly accounts: Accounts,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        if (await this.settleOne()) continue;
      } catch (error) {
        this.logger.error({ err: error }, 'An account could not be settled; it is tried again');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Whether there was one. */
  private async settleOne(): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const customerId = await takeUnsettled(client, this.failed.keys());
      if (customerId === undefined) return false;
      try {
        const settled = await this.accounts.settle(BILLING, customerId);
        if (isRefusal(settled)) throw new Error(`${settled.code}: ${settled.message}`);
      } catch (error) {
        this.failed.add(customerId);
        throw error;
      }
      return true;
    });
  }
}
