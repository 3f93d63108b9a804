import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { DepositDesk } from '../adapters/deposit-desk.ts';
import { depositView } from './account-views.ts';
import type { MutationRefundDepositArgs } from './generated/schema.ts';

@Resolver()
export class RefundDepositMutation {
  constructor(
    private readonly desk: DepositDesk,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async refundDeposit(
    @Args() { id, amount, method, reason }: MutationRefundDepositArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'supervisor'));
    const deposit = orThrow(await this.desk.known(id));
    const refund = { method, reason, ...(amount && { amount }) };
    const { position } = orThrow(await this.desk.refund(onBehalfOf(claims), deposit, refund));
    await this.projections.reach(position);
    return depositView(orThrow(await this.desk.known(id)));
  }
}
