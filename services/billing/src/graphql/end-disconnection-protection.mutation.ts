import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { DisconnectionProtections } from '../adapters/disconnection-protections.ts';
import type { MutationEndDisconnectionProtectionArgs } from './generated/schema.ts';

@Resolver()
export class EndDisconnectionProtectionMutation {
  constructor(private readonly protections: DisconnectionProtections) {}

  @Mutation()
  async endDisconnectionProtection(
    @Args() { customerId, reason }: MutationEndDisconnectionProtectionArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'supervisor'));
    orThrow(await this.protections.decide(onBehalfOf(claims), { type: 'end', customerId, reason }));
    return { id: customerId };
  }
}
