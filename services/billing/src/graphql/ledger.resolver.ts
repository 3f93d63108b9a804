import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { Journal } from '../adapters/journal.table.ts';
import { mayReadAccount } from './account-access.ts';
import { ledgerConnection } from './account-views.ts';
import type { QueryAccountBalancesArgs, QueryLedgerArgs } from './generated/schema.ts';
import { linkedBill } from './loaders.ts';

@Resolver('LedgerEntry')
export class LedgerResolver {
  constructor(
    private readonly journal: Journal,
    private readonly bills: Bills,
  ) {}

  @Query()
  async ledger(
    @Args() { customerId, first, after }: QueryLedgerArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(mayReadAccount(claims, customerId));
    const page = orThrow(pageOf(first, after));
    return ledgerConnection(await this.journal.page(customerId, page), page);
  }

  @Query()
  async accountBalances(
    @Args() { customerId }: QueryAccountBalancesArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(mayReadAccount(claims, customerId));
    return this.journal.balances(customerId);
  }

  @ResolveField()
  bill(@Parent() { bill }: { bill: { id: string } | null }, @Context() context: SubgraphContext) {
    return linkedBill(context, this.bills, bill);
  }
}
