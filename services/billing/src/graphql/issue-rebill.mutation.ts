import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { RebillProposals } from '../adapters/rebill-proposals.table.ts';
import { decidedCycleView } from './billing-view.ts';
import type { MutationIssueRebillArgs } from './generated/schema.ts';

@Resolver()
export class IssueRebillMutation {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly proposals: RebillProposals,
  ) {}

  @Mutation()
  async issueRebill(
    @Args() { proposalId, reason }: MutationIssueRebillArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const proposal = orThrow(await this.proposals.known(proposalId));
    return decidedCycleView(
      orThrow(await this.cycles.issueRebill(proposal, proposalId, reason, onBehalfOf(claims))),
    );
  }
}
