import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import {
  connectionOf,
  isStaff,
  loaderOf,
  orThrow,
  pageOf,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Concentrators } from '../adapters/concentrators.table.ts';
import { Installations } from '../adapters/installations.table.ts';
import { Meters, type MeterRow } from '../adapters/meters.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import type { QueryMetersArgs } from './generated/schema.ts';
import { channelViews } from './channel-view.ts';
import { Sight } from './sight.ts';

@Resolver('Meter')
export class MeterResolver {
  constructor(
    private readonly meters: Meters,
    private readonly installations: Installations,
    private readonly usagePoints: UsagePoints,
    private readonly concentrators: Concentrators,
    private readonly sight: Sight,
  ) {}

  @Query('meter')
  async one(@Args('serialNumber') serialNumber: string, @Context() context: SubgraphContext) {
    const refusal = await this.sight.meter(context, serialNumber);
    if (refusal) orThrow(refusal);
    return loaderOf(context, Meters, (keys: readonly string[]) => this.meters.bySerialNumber(keys)).load(
      serialNumber,
    );
  }

  @ResolveReference()
  resolveReference({ serialNumber }: { serialNumber: string }, context: SubgraphContext) {
    return this.one(serialNumber, context);
  }

  @Query('meters')
  async list(@Args() { first, after }: QueryMetersArgs, @Context() context: SubgraphContext) {
    const page = orThrow(pageOf(first, after));
    const visible = await this.sight.meters(context);
    return connectionOf(
      await this.meters.page(page, visible && [...visible]),
      page,
      (meter) => meter.serialNumber,
    );
  }

  /** How the utility reaches a meter is its own affair. */
  @ResolveField()
  networkAddress(@Parent() { networkAddress }: MeterRow, @Context() { claims }: SubgraphContext) {
    return isStaff(claims) ? networkAddress : null;
  }

  @ResolveField()
  addresses(@Parent() { addresses }: MeterRow, @Context() { claims }: SubgraphContext) {
    return isStaff(claims) ? addresses : [];
  }

  @ResolveField()
  payloadCodec(@Parent() { payloadCodec }: MeterRow, @Context() { claims }: SubgraphContext) {
    return isStaff(claims) ? payloadCodec : null;
  }

  @ResolveField()
  async channels(@Parent() meter: MeterRow, @Context() context: SubgraphContext) {
    const present = await this.presentInstallation(meter, context);
    const isVisible = present && !(await this.sight.usagePoint(context, present.usagePointId));
    return channelViews(meter, isVisible ? present.submeter : null);
  }

  @ResolveField()
  async usagePoint(@Parent() meter: MeterRow, @Context() context: SubgraphContext) {
    const present = await this.presentInstallation(meter, context);
    if (!present || (await this.sight.usagePoint(context, present.usagePointId))) return null;
    return loaderOf(context, UsagePoints, (ids: readonly string[]) => this.usagePoints.byId(ids)).load(
      present.usagePointId,
    );
  }

  @ResolveField()
  concentrator(@Parent() { concentratorId }: MeterRow, @Context() context: SubgraphContext) {
    if (!concentratorId || !isStaff(context.claims)) return null;
    return loaderOf(context, Concentrators, (ids: readonly string[]) => this.concentrators.byId(ids)).load(
      concentratorId,
    );
  }

  private async presentInstallation({ serialNumber }: MeterRow, context: SubgraphContext) {
    const loader = loaderOf(context, 'installations of meters', (keys: readonly string[]) =>
      this.installations.ofMeters(keys),
    );
    return (await loader.load(serialNumber))?.find(({ removedAt }) => removedAt === null);
  }
}
