import { Injectable } from '@nestjs/common';
import { fold, isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Commands, type Decision, type Loaded } from '@metermesh/service-kit';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { chargeable, type Chargeable } from '../domain/prepayment/chargeable-days.ts';
import { openedWith } from '../domain/prepayment/open-prepayment.ts';
import { isPrepaid, prepaidPeriodFrom } from '../domain/prepayment/prepaid-period.ts';
import { prepaymentDecider, type PrepaymentCommand } from '../domain/prepayment/prepayment.decider.ts';
import type { Prepayment, PrepaymentEvent } from '../domain/prepayment/prepayment.ts';
import type { Period } from '../domain/rating/period.ts';
import { BillingBases } from './billing-bases.ts';
import { prepaymentOf, prepaymentStream } from './prepayment-stream.ts';
import { PrepaymentTable } from './prepayments.table.ts';

/** A stream as it was read, and what is decided on it meanwhile. */
export interface Deciding extends Loaded<Prepayment> {
  readonly events: readonly PrepaymentEvent[];
}

/** A prepaid period as it stands by now. */
export interface PrepaidPeriod extends Chargeable {
  readonly period: Period;
  readonly timeZone: string;
}

/** Finds and reads the streams of prepaid agreements. */
@Injectable()
export class PrepaymentStreams {
  constructor(
    private readonly commands: Commands,
    private readonly bases: BillingBases,
    private readonly table: PrepaymentTable,
  ) {}

  async load(agreementId: string, periodStart: string): Promise<Deciding> {
    const loaded = await this.commands.load(prepaymentDecider, prepaymentStream(agreementId, periodStart));
    return { ...loaded, events: [] };
  }

  /** The prepayment that holds the balance by now, without events where the first is not opened yet. Refusal: `AGREEMENT_NOT_PREPAID`. */
  async running(agreement: Agreement): Promise<Deciding | Refusal> {
    const { id, startsOn } = agreement;
    let start = (await this.table.latestPeriod(id)) ?? prepaidPeriodFrom(agreement, startsOn)?.start;
    while (start !== undefined) {
      const loaded = await this.load(id, start);
      const { closed } = loaded.state;
      if (!closed) return loaded;
      start = closed.continuedIn || prepaidPeriodFrom(agreement, closed.period!.end)?.start;
    }
    return refuse(
      'AGREEMENT_NOT_PREPAID',
      `No period of agreement ${id} is to be prepaid; agree on payment mode PREPAID first.`,
    );
  }

  /** The same, opened where it is not yet. Refusals: those of {@link running} and {@link present}. */
  async open(agreement: Agreement): Promise<Deciding | Refusal> {
    const running = await this.running(agreement);
    return isRefusal(running) || running.state.opened ? running : this.begin(agreement, running);
  }

  /** Opens a period, with what the one before left where there is one. */
  async begin(agreement: Agreement, unopened: Deciding, before?: Prepayment): Promise<Deciding | Refusal> {
    const present = await this.present(agreement, prepaymentOf(unopened.stream).periodStart);
    if (isRefusal(present)) return present;
    if (!present) return refuse('AGREEMENT_NOT_PREPAID', `Agreement ${agreement.id} is not prepaid then.`);
    return decided(unopened, { type: 'open', opened: openedWith(agreement, present, before) });
  }

  /** The prepayment to which the balance of a period has moved on: the last one of the chain. */
  async carrierOf(agreementId: string, from: Deciding): Promise<Deciding> {
    let last = from;
    while (last.state.closed?.continuedIn) last = await this.load(agreementId, last.state.closed.continuedIn);
    return last;
  }

  /**
   * What a period rests on by now; undefined where the agreement no longer covers it or is no longer prepaid. Refusals: those
   * of `BillingBases.of` and of rating.
   */
  async present({ id }: Agreement, periodStart: string): Promise<PrepaidPeriod | undefined | Refusal> {
    const basis = await this.bases.of(id, periodStart);
    if (isRefusal(basis)) return basis.code === 'AGREEMENT_DOES_NOT_COVER_PERIOD' ? undefined : basis;
    if (!isPrepaid(basis.agreement, periodStart)) return undefined;
    const found = chargeable(basis);
    if (isRefusal(found)) return found;
    return { ...found, period: basis.period, timeZone: basis.usagePoint!.timeZone };
  }
}

/** What the decider makes of a command after all that was decided before. */
export function decided(deciding: Deciding, command: PrepaymentCommand): Deciding | Refusal {
  const events = prepaymentDecider.decide(command, deciding.state);
  if (isRefusal(events)) return events;
  return {
    ...deciding,
    state: fold(prepaymentDecider, events, deciding.state),
    events: [...deciding.events, ...events],
  };
}

/** Ready to be recorded. */
export const decisionOf = ({ stream, revision, events }: Deciding): Decision => ({
  stream,
  expected: revision,
  events,
});
