import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { billingPeriod } from '../domain/billing-cycle/agreement.ts';
import { billedReadingType, type BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { Agreements } from './agreements.table.ts';
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
  ) {}

  /**
   * @param visibleCustomer where given, agreements of others are `FORBIDDEN`
   *
   * Refusals: `AGREEMENT_NOT_FOUND`, `USAGE_POINT_NOT_KNOWN_YET` (retryable: its registration is on its way), those of
   * `billingPeriod`, `readTariff` and `billedReadingType`.
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
    const usagePoint = await this.usagePoints.byId(agreement.usagePointId);
    if (!usagePoint) {
      return refuse(
        'USAGE_POINT_NOT_KNOWN_YET',
        `The time zone of usage point ${agreement.usagePointId} is not known here yet; try again in a moment, and see that it is registered.`,
        { retryable: true },
      );
    }
    const tariff = await this.tariffs.byId(agreement.tariffId);
    if (isRefusal(tariff)) return tariff;
    const readingType = billedReadingType(tariff, usagePoint.serviceKind, agreement.usagePointId);
    if (isRefusal(readingType)) return readingType;
    const days = await this.days.ofPeriod(agreement.usagePointId, readingType.code, period);
    return { agreement, period, timeZone: usagePoint.timeZone, tariff, readingType, days };
  }
}
