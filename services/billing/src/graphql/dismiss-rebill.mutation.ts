import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { RebillProposals } from '../adapters/rebill-proposals.table.ts';
import { shownProposal } from '../projections/rebill-proposal.ts';
import { proposalView } from './billing-view.ts';
import type { MutationDismissRebillArgs } from './generated/schema.ts';

@Resolver()
export class DismissRebillMutation {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly proposals: RebillProposals,
  ) {}

  @Mutation()
  async dismissRebill(
    @Args() { proposalId, reason }: MutationDismissRebillArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const proposal = orThrow(await this.proposals.known(proposalId));
    const command = {
      type: 'dismiss-rebill',
      proposalId,
      reason,
      now: Date.now(),
      dismissedBy: claims.subject,
    } as const;
    const { proposals } = orThrow(await this.cycles.decide(proposal, command, onBehalfOf(claims)));
    return proposalView(shownProposal(proposals.find(({ proposed }) => proposed.proposalId === proposalId)!));
  }
}
