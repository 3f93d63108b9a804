import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { loaderOf, type SubgraphContext } from '@metermesh/service-kit';
import { Meters } from '../adapters/meters.table.ts';

@Resolver('Installation')
export class InstallationResolver {
  constructor(private readonly meters: Meters) {}

  @ResolveField()
  meter(@Parent() { serialNumber }: { serialNumber: string }, @Context() context: SubgraphContext) {
    return loaderOf(context, Meters, (keys: readonly string[]) => this.meters.bySerialNumber(keys)).load(
      serialNumber,
    );
  }
}
