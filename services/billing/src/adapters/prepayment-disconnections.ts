import { Inject, Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { localDayAt } from '@metermesh/metering';
import { Commands, type CommandContext } from '@metermesh/service-kit';
import { disconnectableFrom } from '../domain/prepayment/disconnectable-hours.ts';
import { prepaymentDecider } from '../domain/prepayment/prepayment.decider.ts';
import type { Prepayment } from '../domain/prepayment/prepayment.ts';
import { quietReasons } from '../domain/receivables/dunning.ts';
import { termsOn } from '../domain/what-if/usage-months.ts';
import { atPresent, PREPAYMENT_RULES, type PrepaymentRules } from '../prepayment-rules.ts';
import { Agreements } from './agreements.table.ts';
import { Dunning } from './dunning.table.ts';
import { prepaymentStream } from './prepayment-stream.ts';
import { PrepaymentStreams } from './prepayment-streams.ts';
import { PrepaymentTable } from './prepayments.table.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';

const AT_ONCE = 100;
const LOOK_AGAIN_MS = 3_600_000;

/**
 * Asks people to decide on the disconnection of those whose credit is exhausted, once that may be asked, and takes it back where
 * something has come to speak against it.
 */
@Injectable()
export class PrepaymentDisconnections {
  constructor(
    private readonly commands: Commands,
    private readonly streams: PrepaymentStreams,
    private readonly table: PrepaymentTable,
    private readonly agreements: Agreements,
    private readonly policies: ReceivablesPolicies,
    private readonly dunning: Dunning,
    @Inject(PREPAYMENT_RULES) private readonly rules: PrepaymentRules,
  ) {}

  async requestDue(context: CommandContext): Promise<void> {
    const due = await this.table.disconnectable(new Date(), AT_ONCE);
    for (const { agreementId, periodStart } of due) await this.request(agreementId, periodStart, context);
  }

  /** Takes back what is asked for where by now it would not be: its people may not decide on what has lost its reason. */
  async takeBack(agreementId: string, context: CommandContext): Promise<void> {
    const known = await this.table.latestPeriod(agreementId);
    if (known === undefined) return;
    const { stream, state } = await this.streams.carrierOf(
      agreementId,
      await this.streams.load(agreementId, known),
    );
    if (!state.disconnectionRequestId) return;
    const now = Date.now();
    const reason = (await this.quietReasons(agreementId, state, now)).join(' ');
    if (!reason) return;
    const command = { type: 'withdraw-disconnection', reason, now } as const;
    const withdrawn = await this.commands.execute(prepaymentDecider, stream, command, context);
    if (isRefusal(withdrawn)) throw new Error(`${withdrawn.code}: ${withdrawn.message}`);
  }

  /** Looks again in the next hour that is not protected where it may not be asked for now. */
  private async request(agreementId: string, periodStart: string, context: CommandContext): Promise<void> {
    const stream = prepaymentStream(agreementId, periodStart);
    const circumstances = atPresent(this.rules);
    const { state } = await this.commands.load(prepaymentDecider, stream);
    if ((await this.quietReasons(agreementId, state, circumstances.now)).length === 0) {
      const command = { type: 'request-disconnection', circumstances } as const;
      const requested = await this.commands.execute(prepaymentDecider, stream, command, context);
      if (isRefusal(requested) || requested.state.disconnectionRequestId) return;
    }
    const later = circumstances.now + LOOK_AGAIN_MS;
    const next = disconnectableFrom(this.rules.policy, later, state.opened!.timeZone, this.rules.isHoliday);
    await this.table.postpone(agreementId, periodStart, new Date(next ?? later));
  }

  /** By the rules that hold for overdue bills as well: moratoria of the tariff, and protections of the customer. */
  private async quietReasons(agreementId: string, { opened }: Prepayment, now: number): Promise<string[]> {
    const { customerId, currency, timeZone } = opened!;
    const [agreement, protection] = await Promise.all([
      this.agreements.byId(agreementId),
      this.dunning.protectionOf(customerId),
    ]);
    const on = localDayAt(now, timeZone).date;
    const isGranted = protection !== undefined && (protection.until === null || protection.until > on);
    const facts = {
      isDisputed: false,
      hasAgreement: agreement !== undefined && (agreement.endsOn === undefined || agreement.endsOn > on),
      ...(isGranted && { protectedBecause: protection.reason }),
    };
    const tariffId = agreement ? termsOn(agreement, on).tariffId : '';
    const { moratoria = [] } = (await this.policies.of({ tariffId, currency }))?.dunning ?? {};
    return quietReasons({ moratoria }, 'request-disconnection', {}, { tariffId }, facts, on);
  }
}
