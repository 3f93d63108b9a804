import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { refuse, type Refusal } from '@metermesh/decider';
import { readingTypeOfChannel, type ReadingType } from '@metermesh/metering';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { LoadProfiles } from '../adapters/load-profiles.ts';
import { intervalsBeginningIn } from '../projections/load-profile-answer.ts';
import type { LoadProfile, UsagePointLoadProfileArgs } from './generated/schema.ts';
import { Sight } from './sight.ts';

@Resolver('UsagePoint')
export class LoadProfileResolver {
  constructor(
    private readonly profiles: LoadProfiles,
    private readonly sight: Sight,
  ) {}

  @ResolveField()
  async loadProfile(
    @Parent() { id }: { id: string },
    @Args() args: UsagePointLoadProfileArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<LoadProfile> {
    const { timeZone, spans } = await this.sight.ofUsagePoint(claims, id);
    const { channel, from, to, resolution = 'PT15M' } = args;
    const type = orThrow(await this.typeOf(id, channel));
    const range = { from: from.getTime(), to: to.getTime() };
    const intervals = orThrow(intervalsBeginningIn(range, resolution, timeZone));
    const answer = orThrow(await this.profiles.answer(id, channel, intervals, spans, timeZone));
    return {
      channel,
      unit: type.unit,
      aggregation: type.aggregation === 'sum' ? 'SUM' : 'MEAN',
      timeZone,
      resolution,
      intervals: answer.intervals.map((interval) => ({ ...interval, value: decimal(interval.value) })),
      total: String(answer.total),
      mean: decimal(answer.mean),
    };
  }

  private async typeOf(usagePointId: string, channel: string): Promise<ReadingType | Refusal> {
    const known = await this.profiles.channels(usagePointId, channel);
    const type = known.includes(channel) ? readingTypeOfChannel(channel) : undefined;
    return (
      type ??
      refuse(
        'UNKNOWN_CHANNEL',
        `Usage point ${usagePointId} has no channel ${channel}; it has ${known.join(', ') || 'none'}.`,
        { known },
      )
    );
  }
}

const decimal = (value: number | null) => (value === null ? null : String(value));
