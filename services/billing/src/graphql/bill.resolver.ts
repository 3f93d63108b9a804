import { Args, Context, Query, ResolveReference, Resolver } from '@nestjs/graphql';
import { connectionOf, orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { cursorOf, periodPageOf } from '../adapters/period-page.ts';
import { billView } from './billing-view.ts';
import { mayRead, visibleCustomer } from './bill-access.ts';
import { billLoader } from './loaders.ts';
import type { QueryBillsArgs } from './generated/schema.ts';

@Resolver('Bill')
export class BillResolver {
  constructor(private readonly issued: Bills) {}

  @Query()
  async bill(@Args('id') id: string, @Context() context: SubgraphContext) {
    const bill = await billLoader(context, this.issued).load(id);
    if (!bill) return null;
    orThrow(mayRead(context.claims, bill));
    return billView(bill);
  }

  @Query()
  async bills(
    @Args() { first, after, usagePointId }: QueryBillsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const page = orThrow(periodPageOf(first, after));
    const rows = await this.issued.page(page, visibleCustomer(claims), usagePointId);
    return connectionOf(rows.map(billView), page.page, (bill) => cursorOf(bill.periodStart, bill.id));
  }

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.bill(id, context);
  }
}
