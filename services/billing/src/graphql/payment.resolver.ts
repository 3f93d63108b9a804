import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isStaff, loaderOf, orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { Payments } from '../adapters/payments.table.ts';
import { Settlements, type SettlementRow } from '../adapters/settlements.table.ts';
import { mayReadAccount } from './account-access.ts';
import { paymentConnection, paymentView, settlementView } from './account-views.ts';
import { visibleCustomer } from './bill-access.ts';
import type { QueryPaymentsArgs } from './generated/schema.ts';
import { linkedBill } from './loaders.ts';

@Resolver('Payment')
export class PaymentResolver {
  constructor(
    private readonly received: Payments,
    private readonly settled: Settlements,
    private readonly bills: Bills,
  ) {}

  /** References can be guessed: whose payment it is not does not learn that there is one. */
  @Query()
  async payment(@Args('reference') reference: string, @Context() { claims }: SubgraphContext) {
    const payment = (await this.received.byReference([reference])).get(reference);
    const visible = visibleCustomer(claims);
    if (!payment || (visible !== undefined && payment.customerId !== visible)) return null;
    return paymentView(payment);
  }

  @Query()
  async payments(
    @Args() { first, after, customerId, inSuspense }: QueryPaymentsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    const page = orThrow(pageOf(first, after));
    if (customerId) orThrow(mayReadAccount(claims, customerId));
    const whose = customerId ?? visibleCustomer(claims);
    const rows = await this.received.page(page, whose, isStaff(claims) && inSuspense === true);
    return paymentConnection(rows, page);
  }

  @ResolveField()
  async settlements(@Parent() { reference }: { reference: string }, @Context() context: SubgraphContext) {
    const rows = await loaderOf<string, SettlementRow[]>(context, 'settlements of payment', (references) =>
      this.settled.ofPayments(references),
    ).load(reference);
    return (rows ?? []).map(settlementView);
  }

  @ResolveField()
  bill(@Parent() { bill }: { bill: { id: string } | null }, @Context() context: SubgraphContext) {
    return linkedBill(context, this.bills, bill);
  }
}
