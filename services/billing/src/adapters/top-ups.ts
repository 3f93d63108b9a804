import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Commands, decideOn, type CommandContext } from '@metermesh/service-kit';
import { topUpDecider, type ReportedTopUp } from '../domain/prepayment/top-up.decider.ts';
import { atPresent, PREPAYMENT_RULES, type PrepaymentRules } from '../prepayment-rules.ts';
import { Agreements } from './agreements.table.ts';
import { topUpStream } from './prepayment-stream.ts';
import { decided, decisionOf, PrepaymentStreams } from './prepayment-streams.ts';

/** Credits money to prepaid agreements. */
@Injectable()
export class TopUps {
  constructor(
    private readonly commands: Commands,
    private readonly agreements: Agreements,
    private readonly streams: PrepaymentStreams,
    @Inject(PREPAYMENT_RULES) private readonly rules: PrepaymentRules,
  ) {}

  /**
   * Credits a top-up once, however often it is reported. Answers the position up to which to read. Refusals: those of
   * `topUpDecider`, `AGREEMENT_NOT_FOUND`, `AGREEMENT_NOT_PREPAID`, `CURRENCY_MISMATCH`.
   */
  async credit(
    topUp: ReportedTopUp,
    receivedAt: number,
    context: CommandContext,
  ): Promise<{ position?: string } | Refusal> {
    const agreement = await this.agreements.byId(topUp.agreementId);
    if (!agreement)
      return refuse(
        'AGREEMENT_NOT_FOUND',
        `No agreement ${JSON.stringify(topUp.agreementId)} is known here.`,
      );
    const { customerId } = agreement;
    return this.commands.retrying(async () => {
      const known = await this.commands.load(topUpDecider, topUpStream(topUp.reference));
      const received = decideOn(topUpDecider, known, { topUp, customerId, receivedAt, by: context.actor });
      if (isRefusal(received)) return received;
      if (received.events.length === 0) return {};
      const running = await this.streams.open(agreement);
      if (isRefusal(running)) return running;
      const { reference, amount, currency } = topUp;
      const circumstances = atPresent(this.rules);
      const credited = decided(running, { type: 'credit', reference, amount, currency, circumstances });
      if (isRefusal(credited)) return credited;
      return this.commands.recordTogether(context, received, decisionOf(credited));
    });
  }
}
