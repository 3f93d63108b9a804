import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { connectionOf, orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { Bills } from '../adapters/bills.table.ts';
import { cursorOf, periodPageOf } from '../adapters/period-page.ts';
import { billsOf } from '../projections/bill.ts';
import { mayRead, visibleCustomer } from './bill-access.ts';
import { billDetailsView, billView, type BillDetailsView, type BillView } from './billing-view.ts';
import { billLoader, cycleKey, cycleLoader } from './loaders.ts';
import type { QueryBillArgs, QueryBillAsOfArgs, QueryBillsArgs } from './generated/schema.ts';

@Resolver('Bill')
export class BillResolver {
  constructor(
    private readonly issued: Bills,
    private readonly cycles: BillingCycleStreams,
  ) {}

  @Query()
  async bill(
    @Args() { id, asOf }: Pick<QueryBillArgs, 'id'> & Partial<QueryBillArgs>,
    @Context() context: SubgraphContext,
  ) {
    const bill = await billLoader(context, this.issued).load(id);
    if (!bill) return null;
    orThrow(mayRead(context.claims, bill));
    if (!asOf) return billView(bill);
    const bills = billsOf(await this.cycles.read(bill, asOf));
    const then = bills.find((each) => each.id === id);
    return then ? billView(then) : null;
  }

  @Query()
  async billAsOf(
    @Args() { agreementId, periodStart, asOf }: QueryBillAsOfArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const bills = billsOf(await this.cycles.read({ agreementId, periodStart }, asOf));
    const latest = bills.at(-1);
    if (!latest) return null;
    orThrow(mayRead(claims, latest));
    return latest.status === 'ISSUED' ? billView(latest) : null;
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
    return this.bill({ id }, context);
  }

  @ResolveField()
  async lines(@Parent() bill: BillView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(bill, context)).lines;
  }

  @ResolveField()
  async determinants(@Parent() bill: BillView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(bill, context)).determinants;
  }

  @ResolveField()
  async segments(@Parent() bill: BillView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(bill, context)).segments;
  }

  @ResolveField()
  async cancellation(@Parent() bill: BillView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(bill, context)).cancellation;
  }

  @ResolveField()
  async disputes(@Parent() bill: BillView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(bill, context)).disputes;
  }

  @ResolveField()
  replaces(@Parent() { replacesId }: BillView, @Context() context: SubgraphContext) {
    return this.other(replacesId, context);
  }

  @ResolveField()
  replacedBy(@Parent() { replacedById }: BillView, @Context() context: SubgraphContext) {
    return this.other(replacedById, context);
  }

  private async other(id: string | null, context: SubgraphContext) {
    const bill = id ? await billLoader(context, this.issued).load(id) : undefined;
    return bill ? billView(bill) : null;
  }

  /** A bill that was read from its stream has them already; of a listed one they are read now. */
  private async detailsOf(bill: BillView, context: SubgraphContext): Promise<BillDetailsView> {
    if (bill.lines) return bill as BillDetailsView;
    const { id, agreement, periodStart } = bill;
    const cycle = await cycleLoader(context, this.cycles).load(cycleKey(agreement.id, periodStart));
    return billDetailsView(billsOf(cycle!).find((each) => each.id === id)!);
  }
}
