import { Inject, Injectable, Logger } from '@nestjs/common';
import { RateUsage } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { ask, AskFailed } from '@metermesh/messaging';
import { NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BillingPeriod } from '../domain/billing-period.ts';

export interface Cost {
  /** Exact decimal. */
  total: string;
  /** ISO 4217. */
  currency: string;
}

const TIMEOUT_MS = 2_000;

/** What the usage of agreements costs, as billing rates it. */
@Injectable()
export class Rating {
  private readonly logger = new Logger(Rating.name);

  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /**
   * What an agreement's period costs: up to now, or all of it, where it is told what it is expected to come to, in the unit of
   * bills. Undefined where billing does not answer, or cannot rate it: better no cost than a wrong one.
   */
  async rate(agreementId: string, period: BillingPeriod, expected = ''): Promise<Cost | undefined> {
    try {
      const answer = await ask(
        this.connection,
        RateUsage,
        { agreementId, period, expected },
        { timeoutMs: TIMEOUT_MS },
      );
      if (!isRefusal(answer)) return { total: answer.total, currency: answer.currency };
      this.logger.warn(
        { agreementId, code: answer.code },
        'Billing refuses to rate; the insight shows no cost',
      );
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      this.logger.warn(
        { agreementId, code: error.code },
        'Billing does not answer; the insight shows no cost',
      );
    }
    return undefined;
  }
}
