import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import { orThrow, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';

@Resolver('UsagePoint')
export class UsagePointResolver {
  constructor(
    private readonly usagePoints: UsagePoints,
    private readonly access: UsagePointAccess,
  ) {}

  @Query()
  async usagePoint(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    const windows = await this.access.windows(claims, id);
    if (isRefusal(windows)) orThrow(windows);
    return (await this.usagePoints.byId([id])).get(id);
  }
}
