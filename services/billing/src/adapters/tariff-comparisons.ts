import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { localDayAt } from '@metermesh/metering';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { BILLED_READING_TYPES } from '../domain/billing-cycle/billing-basis.ts';
import type { Terms } from '../domain/billing-cycle/terms.ts';
import type { Period } from '../domain/rating/period.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import { hasRatchets } from '../domain/what-if/compare-tariffs.ts';
import { openTariffs } from '../domain/what-if/open-tariffs.ts';
import { tariffComparison, type TariffComparison } from '../domain/what-if/tariff-comparison.ts';
import {
  meteredMonth,
  termsOn,
  wholePeriodsBefore,
  type MeteredMonth,
} from '../domain/what-if/usage-months.ts';
import { Agreements } from './agreements.table.ts';
import { GasQualityTable } from './gas-quality.table.ts';
import { Tariffs } from './tariffs.ts';
import { UsagePoints, type UsagePointRow } from './usage-points.table.ts';
import { validatedDaysOf, type DaysByReadingType } from './validated-days-of.ts';

const MOST_MONTHS = 36;
/** As far back as the ratchets of tariffs usually look. */
const RATCHET_MONTHS = 12;
const MOST_TARIFFS = 100;

/** Gathers what a comparison of tariffs rests on. */
@Injectable()
export class TariffComparisons {
  constructor(
    private readonly agreements: Agreements,
    private readonly usagePoints: UsagePoints,
    private readonly tariffs: Tariffs,
    private readonly gasQuality: GasQualityTable,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  /**
   * @param wanted ids of the tariffs to compare with; undefined: those that are open to the customer
   * @param visibleCustomer where given, agreements of others are `FORBIDDEN`
   *
   * Refusals: `AGREEMENT_NOT_FOUND`, `USAGE_POINT_NOT_KNOWN_YET` (retryable), `MONTHS_INVALID`, `TOO_MANY_TARIFFS`,
   * `TARIFF_UNKNOWN` and `NO_USAGE_TO_COMPARE`.
   */
  async of(
    agreementId: string,
    months: number,
    wanted: readonly string[] | undefined,
    visibleCustomer: string | undefined,
  ): Promise<TariffComparison | Refusal> {
    const agreement = await this.agreements.byId(agreementId);
    const fault = faultOfRequest(agreement, agreementId, months, wanted, visibleCustomer);
    if (fault || !agreement) return fault ?? agreementNotFound(agreementId);
    const usagePoint = await this.usagePoints.byId(agreement.usagePointId);
    if (!usagePoint) {
      return refuse(
        'USAGE_POINT_NOT_KNOWN_YET',
        `Usage point ${agreement.usagePointId} is not known here yet; try again in a moment.`,
        { retryable: true },
      );
    }
    const today = localDayAt(Date.now(), usagePoint.timeZone).date;
    const terms = termsOn(agreement, today);
    const current = await this.tariffs.byId(terms.tariffId);
    if (isRefusal(current)) return current;
    const candidates = wanted ? await this.named(wanted) : openTariffs(current, await this.tariffs.all());
    if (isRefusal(candidates)) return candidates;
    const lookingBack = [current, ...candidates].some(hasRatchets) ? RATCHET_MONTHS : 0;
    const periods = wholePeriodsBefore(agreement, today, months + lookingBack);
    const metered = await this.metered(agreement, usagePoint, periods, terms);
    const compared = wholePeriodsBefore(agreement, today, months).length;
    const before = metered.splice(0, metered.length - compared);
    return tariffComparison(agreementId, metered, current, candidates, before);
  }

  private async metered(
    agreement: Agreement,
    usagePoint: UsagePointRow,
    periods: readonly Period[],
    terms: Terms,
  ): Promise<MeteredMonth[]> {
    const [days, gasDays] = await Promise.all([
      this.daysOf(agreement, periods),
      Promise.all(periods.map((period) => this.gasQuality.ofAgreement(agreement, period))),
    ]);
    return periods.map((period, place) => {
      const what = { days: days[place]!, gasDays: gasDays[place] };
      return meteredMonth({ agreement, period, usagePoint, tariffs: new Map(), ...what }, terms);
    });
  }

  private async named(ids: readonly string[]): Promise<Tariff[] | Refusal> {
    const tariffs: Tariff[] = [];
    for (const id of new Set(ids)) {
      const tariff = await this.tariffs.byId(id);
      if (isRefusal(tariff)) return tariff;
      tariffs.push(tariff);
    }
    return tariffs;
  }

  private daysOf({ usagePointId }: Agreement, periods: readonly Period[]): Promise<DaysByReadingType[]> {
    const wanted = periods.map(({ start, end }) => ({
      usagePointId,
      readingTypes: BILLED_READING_TYPES,
      start,
      end,
    }));
    return validatedDaysOf(this.pool, wanted);
  }
}

function faultOfRequest(
  agreement: Agreement | undefined,
  agreementId: string,
  months: number,
  wanted: readonly string[] | undefined,
  visibleCustomer: string | undefined,
): Refusal | undefined {
  if (agreement && visibleCustomer !== undefined && visibleCustomer !== agreement.customerId)
    return refuse('FORBIDDEN', `Agreement ${agreementId} is not one of the one who asks.`);
  if (!Number.isInteger(months) || months < 1 || months > MOST_MONTHS)
    return refuse('MONTHS_INVALID', `months is ${months}; ask for 1 to ${MOST_MONTHS}.`);
  if (wanted && wanted.length > MOST_TARIFFS)
    return refuse('TOO_MANY_TARIFFS', `${wanted.length} tariffs are too many; name up to ${MOST_TARIFFS}.`);
  return undefined;
}

const agreementNotFound = (agreementId: string): Refusal =>
  refuse('AGREEMENT_NOT_FOUND', `No agreement ${JSON.stringify(agreementId)} is known here.`);
