import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { billingPeriod, type Agreement } from '../domain/billing-cycle/agreement.ts';
import { BILLED_READING_TYPES, type BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { segmentsOf } from '../domain/billing-cycle/segments.ts';
import type { Period } from '../domain/rating/period.ts';
import { Agreements } from './agreements.table.ts';
import { earlierPeriods } from './earlier-periods.ts';
import { GasQualityTable } from './gas-quality.table.ts';
import { Tariffs } from './tariffs.ts';
import { UsagePoints } from './usage-points.table.ts';
import { ValidatedDays } from './validated-days.table.ts';

/** Gathers, from what this service has learned, all that the bill of a period rests on. */
@Injectable()
export class BillingBases {
  constructor(
    private readonly agreements: Agreements,
    private readonly usagePoints: UsagePoints,
    private readonly tariffs: Tariffs,
    private readonly days: ValidatedDays,
    private readonly gasQuality: GasQualityTable,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  /**
   * @param visibleCustomer where given, agreements of others are `FORBIDDEN`
   *
   * Refusals: `AGREEMENT_NOT_FOUND`, and those of `billingPeriod`. What is lacking besides is told by rating.
   */
  async of(
    agreementId: string,
    periodStart: string,
    visibleCustomer?: string,
  ): Promise<BillingBasis | Refusal> {
    const agreement = await this.agreements.byId(agreementId);
    if (!agreement) {
      return refuse(
        'AGREEMENT_NOT_FOUND',
        `No agreement ${JSON.stringify(agreementId)} is known here; where it has just been started, try again in a moment.`,
      );
    }
    if (visibleCustomer !== undefined && visibleCustomer !== agreement.customerId)
      return refuse('FORBIDDEN', `Agreement ${agreementId} is not one of the one who asks.`);
    const period = billingPeriod(agreement, periodStart);
    if (isRefusal(period)) return period;
    const [usagePoint, tariffs, days, gasDays] = await Promise.all([
      this.usagePoints.byId(agreement.usagePointId),
      this.tariffsOf(agreement, period),
      this.days.ofPeriod(agreement.usagePointId, BILLED_READING_TYPES, period),
      this.gasQuality.ofAgreement(agreement, period),
    ]);
    const earlier = await earlierPeriods(this.pool, { agreement, period, tariffs });
    return { agreement, period, ...(usagePoint && { usagePoint }), tariffs, days, gasDays, earlier };
  }

  private async tariffsOf(agreement: Agreement, period: Period): Promise<BillingBasis['tariffs']> {
    const ids = new Set(segmentsOf(agreement, period).map(({ terms }) => terms.tariffId));
    return new Map(await Promise.all([...ids].map(async (id) => [id, await this.tariffs.byId(id)] as const)));
  }
}
