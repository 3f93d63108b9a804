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
import type { MutationApplyDepositArgs } from './generated/schema.ts';

@Resolver()
export class ApplyDepositMutation {
  constructor(
    private readonly desk: DepositDesk,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async applyDeposit(
    @Args() { id, billId }: MutationApplyDepositArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const deposit = orThrow(await this.desk.known(id));
    const { position } = orThrow(await this.desk.apply(onBehalfOf(claims), deposit, billId ?? null));
    await this.projections.reach(position);
    return depositView(orThrow(await this.desk.known(id)));
  }
}
