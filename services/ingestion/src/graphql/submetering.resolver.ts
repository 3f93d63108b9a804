import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { refuse, type Refusal } from '@metermesh/decider';
import { channelCode, readingType, readingTypes, type ReadingType } from '@metermesh/metering';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { LoadProfiles } from '../adapters/load-profiles.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { intervalsBeginningIn, visibleOf } from '../projections/load-profile-answer.ts';
import { submetered } from '../projections/submetering.ts';
import type { Submetering, UsagePointSubmeteringArgs } from './generated/schema.ts';
import { Sight } from './sight.ts';

@Resolver('UsagePoint')
export class SubmeteringResolver {
  constructor(
    private readonly profiles: LoadProfiles,
    private readonly usagePoints: UsagePoints,
    private readonly sight: Sight,
  ) {}

  @ResolveField()
  async submetering(
    @Parent() { id }: { id: string },
    @Args() args: UsagePointSubmeteringArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<Submetering> {
    const { timeZone, spans } = await this.sight.ofUsagePoint(claims, id);
    const { readingType: code = 'active-energy-import', from, to, resolution = 'PT15M' } = args;
    const type = orThrow(additiveType(code));
    const range = { from: from.getTime(), to: to.getTime() };
    const intervals = visibleOf(orThrow(intervalsBeginningIn(range, resolution, timeZone)), spans);
    const profileOf = async (channel: string) =>
      orThrow(await this.profiles.answer(id, channel, intervals, spans, timeZone)).intervals;
    const submeters = await Promise.all(
      (await this.usagePoints.submeters(id, type.code)).map(async (submeter) => ({
        ...submeter,
        intervals: await profileOf(channelCode(type.code, submeter.name)),
      })),
    );
    return {
      readingType: type.code,
      unit: type.unit,
      timeZone,
      resolution,
      intervals: submetered(intervals, await profileOf(type.code), submeters).map((interval) => ({
        ...interval,
        mains: decimal(interval.mains),
        submeters: interval.submeters.map((each) => ({ ...each, value: decimal(each.value) })),
        unattributed: decimal(interval.unattributed),
      })),
    };
  }
}

function additiveType(code: string): ReadingType | Refusal {
  const type = readingType(code);
  if (type?.aggregation === 'sum') return type;
  const additive = readingTypes.filter(({ aggregation }) => aggregation === 'sum').map((each) => each.code);
  return refuse(
    'READING_TYPE_NOT_ADDITIVE',
    `${JSON.stringify(code)} does not add up to a supply; take one of ${additive.join(', ')}.`,
  );
}

const decimal = (value: number | null) => (value === null ? null : String(value));
