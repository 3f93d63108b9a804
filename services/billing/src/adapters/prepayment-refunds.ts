import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Commands, type CommandContext } from '@metermesh/service-kit';
import { prepaymentDecider, type RefundCredit } from '../domain/prepayment/prepayment.decider.ts';
import { PrepaymentStreams } from './prepayment-streams.ts';
import { PrepaymentTable } from './prepayments.table.ts';

/** Gives back the credit that prepaid agreements have left. */
@Injectable()
export class PrepaymentRefunds {
  constructor(
    private readonly commands: Commands,
    private readonly streams: PrepaymentStreams,
    private readonly table: PrepaymentTable,
  ) {}

  /** Answers the position up to which to read. Refusals: `AGREEMENT_NOT_PREPAID`, and those of the decider. */
  async refund(
    agreementId: string,
    refund: Pick<RefundCredit, 'amount' | 'method' | 'reason'>,
    context: CommandContext,
  ): Promise<{ position?: string } | Refusal> {
    const known = await this.table.latestPeriod(agreementId);
    if (known === undefined)
      return refuse('AGREEMENT_NOT_PREPAID', `No credit of agreement ${agreementId} was ever paid.`);
    const first = await this.streams.load(agreementId, known);
    const { stream } = await this.streams.carrierOf(agreementId, first);
    const command = { type: 'refund', ...refund, by: context.actor, now: Date.now() } as const;
    const refunded = await this.commands.execute(prepaymentDecider, stream, command, context);
    return isRefusal(refunded) ? refunded : { ...(refunded.position && { position: refunded.position }) };
  }
}
