import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { connectionOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { Bills } from '../adapters/bills.table.ts';
import { cursorOf, periodPageOf } from '../adapters/period-page.ts';
import { RebillProposals } from '../adapters/rebill-proposals.table.ts';
import { shownProposal } from '../projections/rebill-proposal.ts';
import {
  billView,
  proposalDetailsView,
  proposalView,
  type ProposalDetailsView,
  type ProposalView,
} from './billing-view.ts';
import { billLoader, cycleKey, cycleLoader } from './loaders.ts';
import type { QueryRebillProposalsArgs } from './generated/schema.ts';

/** For staff alone. */
@Resolver('RebillProposal')
export class RebillProposalResolver {
  constructor(
    private readonly proposals: RebillProposals,
    private readonly cycles: BillingCycleStreams,
    private readonly issued: Bills,
  ) {}

  @Query()
  async rebillProposal(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const proposal = await this.proposals.byId(id);
    return proposal ? proposalView(proposal) : null;
  }

  @Query()
  async rebillProposals(
    @Args() { first, after, status }: QueryRebillProposalsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(periodPageOf(first, after));
    const rows = await this.proposals.page(page, status);
    return connectionOf(rows.map(proposalView), page.page, (each) => cursorOf(each.periodStart, each.id));
  }

  @ResolveField()
  async bill(@Parent() { billId }: ProposalView, @Context() context: SubgraphContext) {
    const bill = await billLoader(context, this.issued).load(billId);
    return bill && billView(bill);
  }

  @ResolveField()
  async lineDifferences(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).lineDifferences;
  }

  @ResolveField()
  async changedDays(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).changedDays;
  }

  @ResolveField()
  async lines(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).lines;
  }

  @ResolveField()
  async determinants(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).determinants;
  }

  @ResolveField()
  async segments(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).segments;
  }

  @ResolveField()
  async reason(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).reason;
  }

  @ResolveField()
  async decidedBy(@Parent() proposal: ProposalView, @Context() context: SubgraphContext) {
    return (await this.detailsOf(proposal, context)).decidedBy;
  }

  /** A proposal that was read from its stream has them already; of a listed one they are read now. */
  private async detailsOf(proposal: ProposalView, context: SubgraphContext): Promise<ProposalDetailsView> {
    if (proposal.lineDifferences) return proposal as ProposalDetailsView;
    const { id, agreement, periodStart } = proposal;
    const cycle = await cycleLoader(context, this.cycles).load(cycleKey(agreement.id, periodStart));
    const found = cycle!.proposals.find(({ proposed }) => proposed.proposalId === id)!;
    return proposalDetailsView(shownProposal(found));
  }
}
