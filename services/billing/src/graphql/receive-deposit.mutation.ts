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
import type { MutationReceiveDepositArgs } from './generated/schema.ts';

@Resolver()
export class ReceiveDepositMutation {
  constructor(
    private readonly desk: DepositDesk,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async receiveDeposit(
    @Args() { input }: MutationReceiveDepositArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { id, receivedOn, ...deposit } = input;
    const { position } = orThrow(
      await this.desk.decide(onBehalfOf(claims), {
        ...{ type: 'receive', depositId: id, on: receivedOn, ...deposit, at: Date.now(), by: claims.subject },
      }),
    );
    await this.projections.reach(position);
    return depositView(orThrow(await this.desk.known(id)));
  }
}
