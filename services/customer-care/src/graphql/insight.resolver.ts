import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { localDayAt, readingType, type ReadingType, type ServiceKind } from '@metermesh/metering';
import { loaderOf, type SubgraphContext } from '@metermesh/service-kit';
import { Decimal } from 'decimal.js';
import type { AgreementRow } from '../adapters/agreements.table.ts';
import { Rating } from '../adapters/rating.ts';
import { UsageDays } from '../adapters/usage-days.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { billingPeriodAt } from '../domain/billing-period.ts';
import { usageSoFar } from '../domain/forecast.ts';
import type { UsageInsight } from './generated/schema.ts';

/** What a customer pays for, by what he is supplied with; for sensors alone nobody pays. */
const PAID_FOR: Record<ServiceKind, string | undefined> = {
  ELECTRICITY: 'active-energy-import',
  GAS: 'gas-volume',
  WATER: 'water-volume',
  HEAT: 'heat-energy',
  ENVIRONMENT: undefined,
};

@Resolver('Agreement')
export class InsightResolver {
  constructor(
    private readonly usagePoints: UsagePoints,
    private readonly usageDays: UsageDays,
    private readonly rating: Rating,
  ) {}

  /** Of the running billing period; nothing where the agreement is not in force today. */
  @ResolveField()
  async insight(
    @Parent() agreement: AgreementRow,
    @Context() context: SubgraphContext,
  ): Promise<UsageInsight | null> {
    const { id, usagePointId } = agreement;
    const places = loaderOf(context, UsagePoints, (ids: readonly string[]) => this.usagePoints.byId(ids));
    const usagePoint = await places.load(usagePointId);
    const type = usagePoint && readingType(PAID_FOR[usagePoint.serviceKind] ?? '');
    const today = usagePoint && localDayAt(Date.now(), usagePoint.timeZone).date;
    const period = type && today && billingPeriodAt(today, agreement);
    if (!period) return null;
    const days = await this.usageDays.within(usagePointId, type.code, period);
    const { usage, forecast, daysMeasured, daysInPeriod } = usageSoFar(period, days);
    const forecastUsage = forecast === undefined ? undefined : inDisplayUnit(forecast, type);
    const [cost, forecastCost] = await Promise.all([
      this.rating.rate(id, period),
      forecastUsage === undefined ? undefined : this.rating.rate(id, period, forecastUsage),
    ]);
    return {
      periodStart: period.start,
      periodEnd: period.end,
      daysMeasured,
      daysInPeriod,
      usage: inDisplayUnit(usage, type),
      unit: type.displayUnit.symbol,
      cost: cost?.total ?? null,
      forecastUsage: forecastUsage ?? null,
      forecastCost: forecastCost?.total ?? null,
      currency: cost?.currency ?? forecastCost?.currency ?? null,
    };
  }
}

/** Exact: what is whole in the reading type's unit, in the unit of bills. */
const inDisplayUnit = (amount: number, { displayUnit }: ReadingType): string =>
  new Decimal(amount).div(displayUnit.size).toFixed();
