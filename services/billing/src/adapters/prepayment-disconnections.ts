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
import { PrepaymentTable } from './prepayments.table.ts';
import { ReceivablesPolicies } from './receivables-policies.ts';

const AT_ONCE = 100;
const LOOK_AGAIN_MS = 3_600_000;

/** Asks people to decide on the disconnection of those whose credit is exhausted, once that may be asked. */
@Injectable()
export class PrepaymentDisconnections {
  constructor(
    private readonly commands: Commands,
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

  /** Looks again in the next hour that is not protected where it may not be asked for now. */
  private async request(agreementId: string, periodStart: string, context: CommandContext): Promise<void> {
    const stream = prepaymentStream(agreementId, periodStart);
    const circumstances = atPresent(this.rules);
    const { state } = await this.commands.load(prepaymentDecider, stream);
    if (!(await this.isProtected(agreementId, state, circumstances.now))) {
      const command = { type: 'request-disconnection', circumstances } as const;
      const requested = await this.commands.execute(prepaymentDecider, stream, command, context);
      if (isRefusal(requested) || requested.state.disconnectionRequestId) return;
    }
    const later = circumstances.now + LOOK_AGAIN_MS;
    const next = disconnectableFrom(this.rules.policy, later, state.opened!.timeZone, this.rules.isHoliday);
    await this.table.postpone(agreementId, periodStart, new Date(next ?? later));
  }

  /** By the rules that hold for overdue bills as well: moratoria of the tariff, and protections of the customer. */
  private async isProtected(agreementId: string, { opened }: Prepayment, now: number): Promise<boolean> {
    const { customerId, currency, timeZone } = opened!;
    const [agreement, protection] = await Promise.all([
      this.agreements.byId(agreementId),
      this.dunning.protectionOf(customerId),
    ]);
    const on = localDayAt(now, timeZone).date;
    const isGranted = protection !== undefined && (protection.until === null || protection.until > on);
    if (!agreement || isGranted) return isGranted;
    const { tariffId } = termsOn(agreement, on);
    const policy = await this.policies.of({ tariffId, currency });
    const facts = {
      isDisputed: false,
      hasAgreement: agreement.endsOn === undefined || agreement.endsOn > on,
    };
    if (!policy?.dunning) return !facts.hasAgreement;
    return quietReasons(policy.dunning, 'request-disconnection', {}, { tariffId }, facts, on).length > 0;
  }
}
