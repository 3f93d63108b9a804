import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { decidedCycleView } from './billing-view.ts';
import type { MutationReleaseHoldArgs } from './generated/schema.ts';

@Resolver()
export class ReleaseHoldMutation {
  constructor(private readonly cycles: BillingCycleStreams) {}

  @Mutation()
  async releaseHold(
    @Args() { agreementId, periodStart, reason }: MutationReleaseHoldArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'supervisor'));
    const cycle = { agreementId, periodStart };
    return decidedCycleView(orThrow(await this.cycles.release(cycle, reason, onBehalfOf(claims))));
  }
}
