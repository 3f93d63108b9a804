import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { DATABASE, inTransaction, type CommandContext } from '@metermesh/service-kit';
import type pg from 'pg';
import { takeCheck, takeSettlements } from './prepayment-checks.table.ts';
import { PrepaymentDisconnections } from './prepayment-disconnections.ts';
import { PrepaymentSettlement } from './prepayment-settlement.ts';
import { SetAside } from './set-aside.ts';
import { UsageDraws } from './usage-draws.ts';

const LOOK_EVERY_MS = 250;
const BILLING: CommandContext = { actor: 'billing' };

/**
 * Draws and settles what readings, terms and bills ask for, one agreement at a time a replica, and asks for the disconnections
 * whose hour has come. What it does not finish, it or another does again: nothing is drawn or settled twice.
 */
@Injectable()
export class PrepaymentChecker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PrepaymentChecker.name);
  private readonly failed = new SetAside();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    private readonly draws: UsageDraws,
    private readonly settlement: PrepaymentSettlement,
    private readonly disconnections: PrepaymentDisconnections,
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
      try {
        if (await this.checkOne()) continue;
        await this.disconnections.requestDue(BILLING);
      } catch (error) {
        this.logger.error({ err: error }, 'A prepayment could not be checked; it is tried again');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Whether there was one. */
  private async checkOne(): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const agreementId = await takeCheck(client, this.failed.keys());
      if (agreementId === undefined) return false;
      try {
        await this.check(client, agreementId);
      } catch (error) {
        this.failed.add(agreementId);
        throw error;
      }
      return true;
    });
  }

  private async check(client: pg.PoolClient, agreementId: string): Promise<void> {
    await this.disconnections.takeBack(agreementId, BILLING);
    this.tell(agreementId, await this.draws.draw(agreementId, BILLING));
    const toSettle = await takeSettlements(client, agreementId);
    for (const periodStart of toSettle)
      this.tell(agreementId, await this.settlement.settle(agreementId, periodStart, BILLING));
    // A bill ends its period though days of it were not drawn: the next one may begin.
    if (toSettle.length > 0) this.tell(agreementId, await this.draws.draw(agreementId, BILLING));
  }

  /** What is refused comes again with the next reading, change of terms or bill. */
  private tell(agreementId: string, outcome: unknown): void {
    if (!isRefusal(outcome)) return;
    const { code, message }: Refusal = outcome;
    if (code === 'BUSY') throw new Error(message);
    this.logger.warn({ agreementId, code }, `Prepaid usage waits: ${message}`);
  }
}
