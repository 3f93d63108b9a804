import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { connectionOf, isStaff, orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { BillingCycles } from '../adapters/billing-cycles.table.ts';
import { Bills } from '../adapters/bills.table.ts';
import { cursorOf, periodPageOf } from '../adapters/period-page.ts';
import { openProposal } from '../domain/billing-cycle/billing-cycle.ts';
import { billsOf } from '../projections/bill.ts';
import { shownProposal } from '../projections/rebill-proposal.ts';
import { visibleCustomer } from './bill-access.ts';
import { billingCycleView, billView, proposalView, type CycleView } from './billing-view.ts';
import { cycleBillLoader, cycleKey, cycleLoader } from './loaders.ts';
import type { QueryBillingCyclesArgs } from './generated/schema.ts';

@Resolver('BillingCycle')
export class BillingCycleResolver {
  constructor(
    private readonly cycles: BillingCycles,
    private readonly streams: BillingCycleStreams,
    private readonly issued: Bills,
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
  async bill(@Parent() cycle: CycleView, @Context() context: SubgraphContext) {
    if (cycle.bill !== undefined || cycle.status !== 'BILLED') return cycle.bill;
    const bill = await cycleBillLoader(context, this.issued).load(keyOf(cycle));
    return bill && billView(bill);
  }

  @ResolveField()
  async bills(@Parent() cycle: CycleView, @Context() context: SubgraphContext) {
    if (cycle.bills) return cycle.bills;
    const state = await cycleLoader(context, this.streams).load(keyOf(cycle));
    return billsOf(state!).map(billView).reverse();
  }

  /** What holds a correction is the utility's own affair. */
  @ResolveField()
  holdReasons(@Parent() { status, holdReasons }: CycleView, @Context() { claims }: SubgraphContext) {
    return status === 'BILLED' && !isStaff(claims) ? [] : holdReasons;
  }

  /** So are corrections that nobody has decided on yet. */
  @ResolveField()
  async rebillProposal(@Parent() cycle: CycleView, @Context() context: SubgraphContext) {
    if (!isStaff(context.claims)) return null;
    if (cycle.rebillProposal !== undefined) return cycle.rebillProposal;
    const state = await cycleLoader(context, this.streams).load(keyOf(cycle));
    return openProposal(state!) ? proposalView(shownProposal(state!.proposals.at(-1)!)) : null;
  }
}

const keyOf = ({ agreement, periodStart }: CycleView): string => cycleKey(agreement.id, periodStart);
