import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { Bills } from '../adapters/bills.table.ts';
import { InstalmentPlans } from '../adapters/instalment-plans.table.ts';
import { mayReadAccount } from './account-access.ts';
import { instalmentPlanView } from './account-views.ts';
import { linkedBill } from './loaders.ts';

@Resolver('InstalmentPlan')
export class InstalmentPlanResolver {
  constructor(private readonly plans: InstalmentPlans) {}

  @Query()
  async instalmentPlan(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    const plan = await this.plans.byId(id);
    if (!plan) return null;
    orThrow(mayReadAccount(claims, plan.customerId));
    return instalmentPlanView(plan);
  }
}

@Resolver('PlannedBill')
export class PlannedBillResolver {
  constructor(private readonly bills: Bills) {}

  @ResolveField()
  bill(@Parent() { bill }: { bill: { id: string } }, @Context() context: SubgraphContext) {
    return linkedBill(context, this.bills, bill);
  }
}
