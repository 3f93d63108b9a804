import { Context, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { Controls } from '../adapters/controls.table.ts';
import { SupplySwitches } from '../adapters/supply-switches.table.ts';
import { Sight } from './sight.ts';

@Resolver('UsagePoint')
export class UsagePointResolver {
  constructor(
    private readonly controls: Controls,
    private readonly switches: SupplySwitches,
    private readonly sight: Sight,
  ) {}

  @ResolveReference()
  reference({ id }: { id: string }) {
    return { id };
  }

  @ResolveField()
  async switchState(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    const refusal = await this.sight.at(claims, id, new Date());
    if (refusal) orThrow(refusal);
    const [known, pending] = await Promise.all([this.switches.at(id), this.controls.underWayAt(id)]);
    const isHidden = pending && (await this.sight.at(claims, id, pending.requestedAt));
    return { ...known, pending: isHidden ? null : pending };
  }
}
