import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Commands, type CommandContext } from '@metermesh/service-kit';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import type { DrawUsage } from '../domain/prepayment/draw.ts';
import { prepaidPeriodFrom } from '../domain/prepayment/prepaid-period.ts';
import { atPresent, PREPAYMENT_RULES, type PrepaymentRules } from '../prepayment-rules.ts';
import { Agreements } from './agreements.table.ts';
import { prepaymentOf } from './prepayment-stream.ts';
import {
  decided,
  decisionOf,
  PrepaymentStreams,
  type Deciding,
  type PrepaidPeriod,
} from './prepayment-streams.ts';
import { PrepaymentSettlement } from './prepayment-settlement.ts';

/** Draws the usage of prepaid agreements. May be called again at any time: what is drawn is not drawn twice. */
@Injectable()
export class UsageDraws {
  constructor(
    private readonly commands: Commands,
    private readonly agreements: Agreements,
    private readonly streams: PrepaymentStreams,
    private readonly settlement: PrepaymentSettlement,
    @Inject(PREPAYMENT_RULES) private readonly rules: PrepaymentRules,
  ) {}

  /**
   * Draws every day that can be drawn, period after period; of agreements that are not prepaid, none. Refusals:
   * `AGREEMENT_NOT_FOUND`, and those of rating; what can be drawn in spite of them is drawn.
   */
  async draw(agreementId: string, context: CommandContext): Promise<Refusal | undefined> {
    for (;;) {
      const agreement = await this.agreements.byId(agreementId);
      if (!agreement) return refuse('AGREEMENT_NOT_FOUND', `No agreement ${agreementId} is known here.`);
      const closed = await this.commands.retrying(() => this.drawPeriod(agreement, context));
      if (isRefusal(closed)) return closed.code === 'AGREEMENT_NOT_PREPAID' ? undefined : closed;
      if (closed === undefined) return undefined;
      const settled = await this.settlement.settle(agreementId, closed, context);
      if (isRefusal(settled)) return settled;
    }
  }

  /** Answers the first day of the period where it is closed now; there may be more to draw in the one after it. */
  private async drawPeriod(
    agreement: Agreement,
    context: CommandContext,
  ): Promise<string | undefined | Refusal> {
    const running = await this.streams.open(agreement);
    if (isRefusal(running)) return running;
    const { periodStart } = prepaymentOf(running.stream);
    const present = await this.streams.present(agreement, periodStart);
    if (isRefusal(present)) return present;
    const drawn = decided(running, this.drawCommand(periodStart, present));
    if (isRefusal(drawn)) return drawn;
    const isUntouched = drawn.events.every(
      ({ $typeName }) => $typeName === 'metermesh.billing.v1.PrepaymentOpened',
    );
    if (isUntouched && !drawn.state.settled && present?.complete.length === 0) return undefined;

    const isOver =
      drawn.state.settled !== undefined || drawn.state.days.length === (present?.period.days.length ?? 0);
    const handed = isOver ? await this.handOver(agreement, drawn) : [drawn];
    // What is drawn is recorded even where the next period cannot begin yet.
    const recorded = await this.record(context, isRefusal(handed) ? [drawn] : handed);
    if (isRefusal(recorded)) return recorded;
    if (isRefusal(handed)) return handed;
    return isOver ? periodStart : undefined;
  }

  private drawCommand(
    start: string,
    present: PrepaidPeriod | undefined,
  ): { readonly type: 'draw' } & DrawUsage {
    const nothing = { period: { start, end: start, days: [] }, complete: [], totalOf: () => '0' };
    return { type: 'draw', ...(present ?? nothing), circumstances: atPresent(this.rules) };
  }

  /** Closes the period and begins the one that follows it with its balance, if one does. */
  private async handOver(agreement: Agreement, drawn: Deciding): Promise<Deciding[] | Refusal> {
    const { opened, period } = drawn.state;
    const next = prepaidPeriodFrom(agreement, period!.end);
    if (next?.start !== period!.end) return closing(drawn);
    const begun = await this.streams.begin(
      agreement,
      await this.streams.load(agreement.id, next.start),
      drawn.state,
    );
    if (isRefusal(begun)) return begun;
    if (begun.state.opened!.currency !== opened!.currency) return closing(drawn);
    const closed = closing(drawn, next.start);
    return isRefusal(closed) ? closed : [...closed, begun];
  }

  private async record(
    context: CommandContext,
    decisions: readonly Deciding[],
  ): Promise<Refusal | undefined> {
    const recorded = await this.commands.recordTogether(context, ...decisions.map(decisionOf));
    return isRefusal(recorded) ? recorded : undefined;
  }
}

function closing(drawn: Deciding, continuedIn?: string): Deciding[] | Refusal {
  const closed = decided(drawn, { type: 'close', now: Date.now(), ...(continuedIn && { continuedIn }) });
  return isRefusal(closed) ? closed : [closed];
}
