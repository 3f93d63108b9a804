import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Accounts } from '../adapters/accounts.ts';
import { Bills } from '../adapters/bills.table.ts';
import type { MutationWriteOffBillArgs } from './generated/schema.ts';
import { linkedBill } from './loaders.ts';

@Resolver()
export class WriteOffBillMutation {
  constructor(
    private readonly accounts: Accounts,
    private readonly bills: Bills,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async writeOffBill(
    @Args() { billId, reason }: MutationWriteOffBillArgs,
    @Context() context: SubgraphContext,
  ) {
    orThrow(requireRole(context.claims, 'supervisor'));
    const by = context.claims.subject;
    const { position } = orThrow(
      await this.accounts.onBill(onBehalfOf(context.claims), billId, (bill) => ({
        ...{ type: 'writeOff', bill, reason, by, at: Date.now() },
      })),
    );
    await this.projections.reach(position);
    return linkedBill(context, this.bills, { id: billId });
  }
}
