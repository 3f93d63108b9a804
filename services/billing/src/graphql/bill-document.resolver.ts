import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { SubgraphContext } from '@metermesh/service-kit';

import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { DocumentedBills } from '../adapters/documented-bills.ts';
import { drawBill, type DocumentFormat } from '../documents/draw-bill.ts';
import type { Language } from '../documents/formats.ts';
import { billsOf, type Bill } from '../projections/bill.ts';
import type { BillView } from './billing-view.ts';
import type { BillDocumentArgs } from './generated/schema.ts';
import { cycleKey, cycleLoader } from './loaders.ts';

@Resolver('Bill')
export class BillDocumentResolver {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly documented: DocumentedBills,
  ) {}

  @ResolveField()
  async document(
    @Parent() parent: BillView,
    @Args() { format, language }: BillDocumentArgs,
    @Context() context: SubgraphContext,
  ) {
    const facts = await this.documented.factsOf(await this.billOf(parent, context));
    const drawn = await drawBill(
      facts,
      format.toLowerCase() as DocumentFormat,
      language.toLowerCase() as Language,
    );
    return {
      mediaType: drawn.mediaType,
      fileName: drawn.fileName,
      text: format === 'HTML' ? drawn.content.toString() : null,
      base64: drawn.content.toString('base64'),
    };
  }

  /** As the one who asks sees it: a bill as it was before it was cancelled is not. */
  private async billOf(
    { id, agreement, periodStart, status, replacedById }: BillView,
    context: SubgraphContext,
  ): Promise<Bill> {
    const cycle = await cycleLoader(context, this.cycles).load(cycleKey(agreement.id, periodStart));
    const bill = billsOf(cycle!).find((each) => each.id === id)!;
    return {
      ...bill,
      status,
      replacedBy: replacedById,
      cancelled: status === 'CANCELLED' ? bill.cancelled : null,
    };
  }
}
