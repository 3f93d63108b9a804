import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { decidedCycleView } from './billing-view.ts';
import type { MutationReleaseHoldArgs } from './generated/schema.ts';

@Resolver()
export class ReleaseHoldMutation {
  constructor(private readonly cycles: BillingCycleStreams) {}

  @Mutation()
  async releaseHold(@Args() cycle: MutationReleaseHoldArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'supervisor'));
    const command = { type: 'release', ...cycle, now: Date.now(), releasedBy: claims.subject } as const;
    return decidedCycleView(orThrow(await this.cycles.decide(cycle, command, onBehalfOf(claims))));
  }
}
