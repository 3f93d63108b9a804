import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { connectionOf, orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycles } from '../adapters/billing-cycles.table.ts';
import { Bills } from '../adapters/bills.table.ts';
import { cursorOf, periodPageOf } from '../adapters/period-page.ts';
import { visibleCustomer } from './bill-access.ts';
import { billingCycleView, billView } from './billing-view.ts';
import { billLoader } from './loaders.ts';
import type { QueryBillingCyclesArgs } from './generated/schema.ts';

@Resolver('BillingCycle')
export class BillingCycleResolver {
  constructor(
    private readonly cycles: BillingCycles,
    private readonly bills: Bills,
  ) {}

  @Query()
  async billingCycles(
    @Args() { first, after, status }: QueryBillingCyclesArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const page = orThrow(periodPageOf(first, after));
    const rows = await this.cycles.page(page, visibleCustomer(claims), status);
    return connectionOf(rows.map(billingCycleView), page.page, (cycle) =>
      cursorOf(cycle.periodStart, cycle.agreement.id),
    );
  }

  @ResolveField()
  async bill(@Parent() cycle: { bill?: unknown; billId?: string }, @Context() context: SubgraphContext) {
    if (cycle.bill || !cycle.billId) return cycle.bill;
    const bill = await billLoader(context, this.bills).load(cycle.billId);
    return bill && billView(bill);
  }
}
