import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { Bills } from '../adapters/bills.table.ts';
import { billsOf } from '../projections/bill.ts';
import { mayRead } from './bill-access.ts';
import { billView } from './billing-view.ts';
import type { MutationDisputeBillArgs } from './generated/schema.ts';

@Resolver()
export class DisputeBillMutation {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly bills: Bills,
  ) {}

  /** Whoever may read a bill may say that it is wrong. */
  @Mutation()
  async disputeBill(@Args() { id, reason }: MutationDisputeBillArgs, @Context() { claims }: SubgraphContext) {
    const bill = orThrow(await this.bills.known(id));
    orThrow(mayRead(claims, bill));
    const command = {
      type: 'dispute',
      billId: id,
      reason,
      now: Date.now(),
      disputedBy: claims.subject,
    } as const;
    const cycle = orThrow(await this.cycles.decide(bill, command, onBehalfOf(claims)));
    return billView(billsOf(cycle).find((each) => each.id === id)!);
  }
}
