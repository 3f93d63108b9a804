import { Inject, Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { PrepaymentStreams } from '../adapters/prepayment-streams.ts';
import { PrepaymentTable } from '../adapters/prepayments.table.ts';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { daysLeft, type Prepayment } from '../domain/prepayment/prepayment.ts';
import { PREPAYMENT_RULES, type PrepaymentRules } from '../prepayment-rules.ts';

export type PrepaymentView = ReturnType<typeof prepaymentView>;

/** Prepayments as the graph shows them. */
@Injectable()
export class PrepaymentViews {
  constructor(
    private readonly streams: PrepaymentStreams,
    private readonly table: PrepaymentTable,
    @Inject(PREPAYMENT_RULES) private readonly rules: PrepaymentRules,
  ) {}

  /** The one that holds the balance, or held it last; nothing where none was ever opened. */
  async latest(agreement: Agreement): Promise<PrepaymentView | null> {
    const start = await this.table.latestPeriod(agreement.id);
    if (start === undefined) return null;
    const known = await this.streams.load(agreement.id, start);
    const { state } = await this.streams.carrierOf(agreement.id, known);
    return prepaymentView(agreement, state, this.rules.policy.recentDays);
  }
}

function prepaymentView(terms: Agreement, state: Prepayment, recentDays: number) {
  const { opened, period, balance, toDateTotal, days, exhausted } = state;
  const from = exhausted?.disconnectableFrom;
  return {
    terms,
    state,
    agreement: { id: terms.id },
    periodStart: period!.start,
    periodEnd: period!.end,
    currency: opened!.currency,
    balance,
    drawn: toDateTotal,
    drawnUntil: days.at(-1)?.localDate ?? null,
    daysLeft: daysLeft(state, recentDays) ?? null,
    lowBalance: state.isLow,
    usesEmergencyCredit: state.usesEmergencyCredit,
    exhausted: exhausted !== undefined,
    disconnectableFrom: from === undefined ? null : localInstant(from, opened!.timeZone),
    disconnectionRequested: state.disconnectionRequestId !== undefined,
  };
}

const localInstant = (at: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never' });
