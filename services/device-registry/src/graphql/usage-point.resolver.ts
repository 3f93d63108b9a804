import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { connectionOf, loaderOf, orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Temporal } from 'temporal-polyfill';
import { Installations, type InstallationRow } from '../adapters/installations.table.ts';
import { Meters, type MeterRow } from '../adapters/meters.table.ts';
import { UsagePoints, type UsagePointRow } from '../adapters/usage-points.table.ts';
import { isVisibleAt, isVisibleDuring } from '../domain/visibility.ts';
import type { QueryUsagePointsArgs } from './generated/schema.ts';
import { channelViews } from './channel-view.ts';
import { Sight } from './sight.ts';

/** A meter, and the part of the supply that it measures there. */
interface Standing {
  meter: MeterRow;
  submeter: string | null;
}

@Resolver('UsagePoint')
export class UsagePointResolver {
  constructor(
    private readonly usagePoints: UsagePoints,
    private readonly meterTable: Meters,
    private readonly installationTable: Installations,
    private readonly sight: Sight,
  ) {}

  @Query('usagePoint')
  async one(@Args('id') id: string, @Context() context: SubgraphContext) {
    const refusal = await this.sight.usagePoint(context, id);
    if (refusal) orThrow(refusal);
    return loaderOf(context, UsagePoints, (ids: readonly string[]) => this.usagePoints.byId(ids)).load(id);
  }

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.one(id, context);
  }

  @Query('usagePoints')
  async list(@Args() { first, after }: QueryUsagePointsArgs, @Context() context: SubgraphContext) {
    const page = orThrow(pageOf(first, after));
    const visible = await this.sight.windows(context);
    return connectionOf(
      await this.usagePoints.page(page, visible && [...visible.keys()]),
      page,
      ({ id }) => id,
    );
  }

  @ResolveField('meters')
  async meters(
    @Parent() usagePoint: UsagePointRow,
    @Context() context: SubgraphContext,
  ): Promise<MeterRow[]> {
    return (await this.present(usagePoint, context)).map(({ meter }) => meter);
  }

  @ResolveField('channels')
  async channels(@Parent() usagePoint: UsagePointRow, @Context() context: SubgraphContext) {
    const present = await this.present(usagePoint, context);
    return present.flatMap(({ meter, submeter }) => channelViews(meter, submeter));
  }

  /** What stands there now, as far as the caller may see it: meters of the supply itself first. */
  private async present({ id, timeZone }: UsagePointRow, context: SubgraphContext): Promise<Standing[]> {
    if (!isVisibleAt(new Date(), timeZone, await this.sight.windowsOf(context, id))) return [];
    const meters = loaderOf(context, Meters, (keys: readonly string[]) =>
      this.meterTable.bySerialNumber(keys),
    );
    const found = await Promise.all(
      (await this.installationsOf(id, context))
        .filter(({ removedAt }) => removedAt === null)
        .map(async ({ serialNumber, submeter }) => ({ meter: await meters.load(serialNumber), submeter })),
    );
    const isBeside = ({ meter, submeter }: Standing) =>
      Number(submeter !== null || meter.serviceKind === 'ENVIRONMENT');
    return found
      .filter((each): each is Standing => each.meter !== undefined)
      .sort((a, b) => isBeside(a) - isBeside(b));
  }

  @ResolveField('installations')
  async installations(@Parent() { id, timeZone }: UsagePointRow, @Context() context: SubgraphContext) {
    const windows = await this.sight.windowsOf(context, id);
    const local = (instant: Date) => localText(instant, timeZone);
    return (await this.installationsOf(id, context))
      .filter((each) => isVisibleDuring(each, timeZone, windows))
      .map(({ installedAt, removedAt, ...rest }) => ({
        serialNumber: rest.serialNumber,
        submeter: rest.submeter,
        installedAt: local(installedAt),
        removedAt: removedAt && local(removedAt),
        installRegisterReads: isVisibleAt(installedAt, timeZone, windows) ? rest.installRegisterReads : [],
        removeRegisterReads:
          removedAt && isVisibleAt(removedAt, timeZone, windows) ? rest.removeRegisterReads : [],
      }));
  }

  private async installationsOf(id: string, context: SubgraphContext): Promise<InstallationRow[]> {
    const loader = loaderOf(context, 'installations of usage points', (ids: readonly string[]) =>
      this.installationTable.ofUsagePoints(ids),
    );
    return (await loader.load(id)) ?? [];
  }
}

/** RFC 3339 with the offset of the place. */
function localText(instant: Date, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return zoned.toString({ timeZoneName: 'never' });
}
