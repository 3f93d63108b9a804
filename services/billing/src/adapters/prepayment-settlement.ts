import { Inject, Injectable } from '@nestjs/common';
import type { PrepaymentSettled } from '@metermesh/contracts';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { Commands, type CommandContext } from '@metermesh/service-kit';
import { currentBill } from '../domain/billing-cycle/billing-cycle.ts';
import { atPresent, PREPAYMENT_RULES, type PrepaymentRules } from '../prepayment-rules.ts';
import { BillingCycleStreams } from './billing-cycle-streams.ts';
import { prepaymentOf } from './prepayment-stream.ts';
import { decided, decisionOf, PrepaymentStreams, type Deciding } from './prepayment-streams.ts';

/** Makes what was drawn for a period equal to its bill. */
@Injectable()
export class PrepaymentSettlement {
  constructor(
    private readonly commands: Commands,
    private readonly streams: PrepaymentStreams,
    private readonly cycles: BillingCycleStreams,
    @Inject(PREPAYMENT_RULES) private readonly rules: PrepaymentRules,
  ) {}

  /** Settles a period with the bill that counts by now. Does nothing where it has none, was not prepaid, or is settled. */
  async settle(
    agreementId: string,
    periodStart: string,
    context: CommandContext,
  ): Promise<{ position?: string } | Refusal> {
    return this.commands.retrying(async () => {
      const prepayment = await this.streams.load(agreementId, periodStart);
      if (!prepayment.state.opened) return {};
      const cycle = await this.cycles.read({ agreementId, periodStart });
      const latest = cycle.bills.at(-1)?.issued;
      if (!latest) return {};
      const total = currentBill(cycle) ? latest.total : '0';
      const carrier = await this.streams.carrierOf(agreementId, prepayment);
      const settled = this.settledWith(prepayment, carrier, { ...latest, total });
      return isRefusal(settled) ? settled : this.commands.recordTogether(context, ...settled.map(decisionOf));
    });
  }

  private settledWith(
    prepayment: Deciding,
    carrier: Deciding,
    { billId, total, currency }: { billId: string; total: string; currency: string },
  ): Deciding[] | Refusal {
    const circumstances = atPresent(this.rules);
    const isCarried = prepayment.state.closed?.continuedIn;
    const settled = decided(prepayment, {
      type: 'settle',
      billId,
      total,
      currency,
      ...(isCarried && { carriedTo: prepaymentOf(carrier.stream).periodStart }),
      circumstances,
    });
    if (isRefusal(settled) || !isCarried) return isRefusal(settled) ? settled : [settled];
    const adjustment = settled.events.find(isSettlement)?.adjustment ?? '0';
    if (adjustment === '0') return [settled];
    const carried = decided(carrier, { type: 'carry', billId, amount: adjustment, circumstances });
    return isRefusal(carried) ? carried : [settled, carried];
  }
}

const isSettlement = (event: { $typeName: string }): event is PrepaymentSettled =>
  event.$typeName === 'metermesh.billing.v1.PrepaymentSettled';
