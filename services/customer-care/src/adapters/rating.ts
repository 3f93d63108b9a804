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

/** What usage costs, as billing rates it. */
@Injectable()
export class Rating {
  private readonly logger = new Logger(Rating.name);

  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** Undefined where billing does not answer, or has no such tariff: better no cost than a wrong one. */
  async rate(tariffId: string, period: BillingPeriod, kwh: string): Promise<Cost | undefined> {
    try {
      const answer = await ask(
        this.connection,
        RateUsage,
        { tariffId, period, kwh },
        { timeoutMs: TIMEOUT_MS },
      );
      if (!isRefusal(answer)) return { total: answer.total, currency: answer.currency };
      this.logger.warn({ tariffId, code: answer.code }, 'Billing refuses to rate; the insight shows no cost');
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      this.logger.warn({ tariffId, code: error.code }, 'Billing does not answer; the insight shows no cost');
    }
    return undefined;
  }
}
