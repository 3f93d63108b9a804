import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { linkedBill } from './loaders.ts';

@Resolver('Settlement')
export class SettlementResolver {
  constructor(private readonly bills: Bills) {}

  @ResolveField()
  bill(@Parent() { bill }: { bill: { id: string } }, @Context() context: SubgraphContext) {
    return linkedBill(context, this.bills, bill);
  }
}
