import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { DisputeOutcome } from '@metermesh/contracts';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { Bills } from '../adapters/bills.table.ts';
import { billsOf } from '../projections/bill.ts';
import { billView } from './billing-view.ts';
import type { MutationResolveDisputeArgs } from './generated/schema.ts';

@Resolver()
export class ResolveDisputeMutation {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly bills: Bills,
  ) {}

  @Mutation()
  async resolveDispute(
    @Args() { id, outcome, note }: MutationResolveDisputeArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const bill = orThrow(await this.bills.known(id));
    const command = {
      type: 'resolve-dispute',
      billId: id,
      outcome: DisputeOutcome[outcome],
      note: note ?? '',
      now: Date.now(),
      resolvedBy: claims.subject,
    } as const;
    const cycle = orThrow(await this.cycles.decide(bill, command, onBehalfOf(claims)));
    return billView(billsOf(cycle).find((each) => each.id === id)!);
  }
}
