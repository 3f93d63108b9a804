import { Context, Mutation, Resolver } from '@nestjs/graphql';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { UnbilledUsage } from '../adapters/unbilled-usage.ts';

@Resolver()
export class FindUnbilledUsageMutation {
  constructor(private readonly unbilled: UnbilledUsage) {}

  @Mutation()
  async findUnbilledUsage(@Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    return this.unbilled.find(new Date());
  }
}
