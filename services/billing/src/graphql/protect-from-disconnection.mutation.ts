import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { orThrow, requireRole, onBehalfOf, type SubgraphContext } from '@metermesh/service-kit';
import { DisconnectionProtections } from '../adapters/disconnection-protections.ts';
import type { MutationProtectFromDisconnectionArgs } from './generated/schema.ts';

@Resolver()
export class ProtectFromDisconnectionMutation {
  constructor(private readonly protections: DisconnectionProtections) {}

  @Mutation()
  async protectFromDisconnection(
    @Args() { customerId, until, reason }: MutationProtectFromDisconnectionArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'supervisor'));
    const granted = { type: 'grant', customerId, until: until ?? '', reason } as const;
    orThrow(await this.protections.decide(onBehalfOf(claims), granted));
    return { customer: { id: customerId }, until: until ?? null, reason, grantedBy: claims.subject };
  }
}
