import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingBases } from '../adapters/billing-bases.ts';
import { billingDeterminant } from '../domain/billing-cycle/billing-determinant.ts';
import { rateBill } from '../domain/rating/rate-bill.ts';
import { recordedLines } from '../domain/rating/rated-lines.ts';
import { shownDeterminant, shownLine } from '../projections/bill.ts';
import { visibleCustomer } from './bill-access.ts';

@Resolver()
export class PreviewBillQuery {
  constructor(private readonly bases: BillingBases) {}

  @Query()
  async previewBill(
    @Args('agreementId') agreementId: string,
    @Args('periodStart') periodStart: string,
    @Context() { claims }: SubgraphContext,
  ) {
    const { tariff, period, readingType, days } = orThrow(
      await this.bases.of(agreementId, periodStart, visibleCustomer(claims)),
    );
    const { start, end } = period;
    const determinant = billingDeterminant(readingType, period, days);
    const rated = orThrow(rateBill(tariff, { start, end, usage: { [tariff.unit]: determinant.quantity } }));
    return {
      tariffId: tariff.id,
      periodStart: start,
      periodEnd: end,
      currency: rated.currency,
      total: rated.total,
      lines: recordedLines(tariff, rated).map(shownLine),
      determinants: [shownDeterminant(determinant)],
    };
  }
}
