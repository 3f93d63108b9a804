import { Context, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { orThrow, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import { Controls } from '../adapters/controls.table.ts';
import { SupplySwitches } from '../adapters/supply-switches.table.ts';

@Resolver('UsagePoint')
export class UsagePointResolver {
  constructor(
    private readonly controls: Controls,
    private readonly switches: SupplySwitches,
    private readonly access: UsagePointAccess,
  ) {}

  @ResolveReference()
  reference({ id }: { id: string }) {
    return { id };
  }

  @ResolveField()
  async switchState(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    orThrow(await this.access.windows(claims, id));
    const [known, pending] = await Promise.all([this.switches.at(id), this.controls.underWayAt(id)]);
    return { ...known, pending };
  }
}
