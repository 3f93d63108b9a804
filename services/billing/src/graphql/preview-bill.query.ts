import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingBases } from '../adapters/billing-bases.ts';
import { ratePeriod } from '../domain/billing-cycle/rate-period.ts';
import { shownDeterminant, shownLine, shownSegment } from '../projections/bill.ts';
import { visibleCustomer } from './bill-access.ts';
import { determinantViews, segmentView } from './billing-view.ts';
import type { QueryPreviewBillArgs } from './generated/schema.ts';

@Resolver()
export class PreviewBillQuery {
  constructor(private readonly bases: BillingBases) {}

  /** Rated by the code that bills, whatever would hold the cycle. */
  @Query()
  async previewBill(
    @Args() { agreementId, periodStart }: QueryPreviewBillArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const basis = orThrow(await this.bases.of(agreementId, periodStart, visibleCustomer(claims)));
    const { segments, determinants, lines, currency, total } = orThrow(ratePeriod(basis));
    return {
      tariffId: segments.at(-1)!.tariffId,
      segments: segments.map(shownSegment).map(segmentView),
      periodStart: basis.period.start,
      periodEnd: basis.period.end,
      currency,
      total,
      lines: lines.map(shownLine),
      determinants: determinantViews(determinants.map(shownDeterminant), basis.usagePoint!.timeZone),
    };
  }
}
