import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Refusal } from '@metermesh/decider';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { TariffComparisons } from '../adapters/tariff-comparisons.ts';
import type { TariffResult } from '../domain/what-if/compare-tariffs.ts';
import { visibleCustomer } from './bill-access.ts';
import type { QueryCompareTariffsArgs } from './generated/schema.ts';

@Resolver()
export class CompareTariffsQuery {
  constructor(private readonly comparisons: TariffComparisons) {}

  @Query()
  async compareTariffs(
    @Args() { agreementId, months, tariffIds }: QueryCompareTariffsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const comparison = orThrow(
      await this.comparisons.of(agreementId, months ?? 12, tariffIds ?? undefined, visibleCustomer(claims)),
    );
    return {
      agreement: { id: agreementId },
      from: comparison.months[0]!.periodStart,
      to: comparison.months.at(-1)!.periodEnd,
      months: comparison.months.map(({ periodStart, periodEnd, quantity, unit, daysMissing }) => ({
        ...{ periodStart, periodEnd, unit, daysMissing },
        quantity: quantity ?? null,
      })),
      daysMissing: comparison.months.reduce((total, { daysMissing }) => total + daysMissing, 0),
      current: costView(comparison.current),
      results: comparison.results.map(costView),
    };
  }
}

const costView = ({ tariff, total, difference, months, refusal }: TariffResult) => ({
  tariffId: tariff.id,
  name: tariff.name.en,
  currency: tariff.currency,
  total: total ?? null,
  difference: difference ?? null,
  months: months.map((month) => ({
    periodStart: month.periodStart,
    total: month.total ?? null,
    refusal: refusalView(month.refusal),
  })),
  refusal: refusalView(refusal),
});

const refusalView = (refusal: Refusal | undefined) =>
  refusal ? { code: refusal.code, message: refusal.message } : null;
