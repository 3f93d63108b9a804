import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { decidedCycleView } from './billing-view.ts';
import type { MutationCheckForRebillArgs } from './generated/schema.ts';

@Resolver()
export class CheckForRebillMutation {
  constructor(private readonly cycles: BillingCycleStreams) {}

  @Mutation()
  async checkForRebill(@Args() cycle: MutationCheckForRebillArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const checked = orThrow(await this.cycles.checkForRebill(cycle, onBehalfOf(claims)));
    if (checked.opened) return decidedCycleView(checked);
    return orThrow(
      refuse(
        'BILLING_CYCLE_NOT_OPENED',
        `The period of agreement ${cycle.agreementId} from ${cycle.periodStart} was not billed yet; close it first.`,
      ),
    );
  }
}
