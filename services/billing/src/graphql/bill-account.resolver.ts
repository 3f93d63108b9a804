import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { loaderOf, type SubgraphContext } from '@metermesh/service-kit';
import { presentOf } from '../adapters/accounts.ts';
import { Dunning, type DunningStepRow } from '../adapters/dunning.table.ts';
import { Receivables, type ReceivableRow } from '../adapters/receivables.table.ts';
import { Settlements, type SettlementRow } from '../adapters/settlements.table.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';
import { billPaymentStatus } from '../projections/bill-payment-status.ts';
import { settlementView } from './account-views.ts';

/** A bill, as far as its money goes. Whoever sees the bill sees that. */
@Resolver('Bill')
export class BillAccountResolver {
  constructor(
    private readonly receivables: Receivables,
    private readonly settled: Settlements,
    private readonly dunned: Dunning,
  ) {}

  @ResolveField()
  async balance(@Parent() bill: { id: string }, @Context() context: SubgraphContext) {
    return (await this.receivable(bill, context))?.open ?? null;
  }

  @ResolveField()
  async paymentStatus(@Parent() bill: { id: string }, @Context() context: SubgraphContext) {
    const receivable = await this.receivable(bill, context);
    return receivable ? billPaymentStatus(receivable, presentOf(receivable).on) : null;
  }

  @ResolveField()
  async lateFee(@Parent() bill: { id: string }, @Context() context: SubgraphContext) {
    const receivable = await this.receivable(bill, context);
    return receivable ? decimalString(exact(receivable.lateFee).minus(receivable.waived)) : null;
  }

  @ResolveField()
  async disconnectionRequestId(@Parent() bill: { id: string }, @Context() context: SubgraphContext) {
    return (await this.receivable(bill, context))?.disconnectionRequestId ?? null;
  }

  @ResolveField()
  async settlements(@Parent() { id }: { id: string }, @Context() context: SubgraphContext) {
    const rows = await loaderOf<string, SettlementRow[]>(context, 'settlements of bill', (ids) =>
      this.settled.ofBills(ids),
    ).load(id);
    return (rows ?? []).map(settlementView);
  }

  @ResolveField()
  async dunning(@Parent() { id }: { id: string }, @Context() context: SubgraphContext) {
    const rows = await loaderOf<string, DunningStepRow[]>(context, 'dunning of bill', (ids) =>
      this.dunned.stepsOf(ids),
    ).load(id);
    return rows ?? [];
  }

  private receivable({ id }: { id: string }, context: SubgraphContext) {
    return loaderOf<string, ReceivableRow>(context, 'receivable', (ids) => this.receivables.byId(ids)).load(
      id,
    );
  }
}
