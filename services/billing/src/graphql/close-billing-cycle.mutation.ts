import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { decidedCycleView } from './billing-view.ts';
import type { MutationCloseBillingCycleArgs } from './generated/schema.ts';

@Resolver()
export class CloseBillingCycleMutation {
  constructor(private readonly cycles: BillingCycleStreams) {}

  @Mutation()
  async closeBillingCycle(
    @Args() { agreementId, periodStart }: MutationCloseBillingCycleArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    return decidedCycleView(orThrow(await this.cycles.close(agreementId, periodStart, onBehalfOf(claims))));
  }
}
