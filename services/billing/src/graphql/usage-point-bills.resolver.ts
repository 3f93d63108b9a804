import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { orThrow, pageOf, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { billView } from './billing-view.ts';
import { latestBillsLoader } from './loaders.ts';

@Resolver('UsagePoint')
export class UsagePointBillsResolver {
  constructor(
    private readonly bills: Bills,
    private readonly access: UsagePointAccess,
  ) {}

  @ResolveField('bills')
  async latestBills(
    @Parent() { id }: { id: string },
    @Args('first') first: number | null,
    @Context() context: SubgraphContext,
  ) {
    orThrow(await this.access.windows(context.claims, id));
    const { limit } = orThrow(pageOf(first, undefined));
    const bills = await latestBillsLoader(context, this.bills, limit).load(id);
    return (bills ?? []).map(billView);
  }
}
