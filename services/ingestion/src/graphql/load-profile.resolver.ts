import { Inject } from '@nestjs/common';
import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { refuse, type Refusal } from '@metermesh/decider';
import { localDayAt, readingType } from '@metermesh/metering';
import { DATABASE, orThrow, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import type pg from 'pg';
import { readChannels, readSlots } from '../adapters/load-profile.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { answerIntervals, intervalsBeginningIn } from '../projections/load-profile-answer.ts';
import type { LoadProfile, UsagePointLoadProfileArgs } from './generated/schema.ts';
import { visibleSpans } from './visible-spans.ts';

@Resolver('UsagePoint')
export class LoadProfileResolver {
  constructor(
    private readonly usagePoints: UsagePoints,
    private readonly access: UsagePointAccess,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  @ResolveField()
  async loadProfile(
    @Parent() usagePoint: { id: string },
    @Args() args: UsagePointLoadProfileArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<LoadProfile> {
    const windows = orThrow(await this.access.windows(claims, usagePoint.id));
    const timeZone = orThrow(await this.timeZone(usagePoint.id));
    const type = orThrow(await this.channel(usagePoint.id, args.channel));
    const { from, to, resolution = 'PT15M' } = args;
    const range = { from: from.getTime(), to: to.getTime() };
    const intervals = orThrow(intervalsBeginningIn(range, resolution, timeZone));
    const first = intervals[0];
    const days = first
      ? await readSlots(
          this.pool,
          usagePoint.id,
          args.channel,
          dateAt(first.from, timeZone),
          dateAt(intervals.at(-1)!.to - 1, timeZone),
        )
      : [];
    const answer = orThrow(answerIntervals(intervals, days, visibleSpans(windows, timeZone), timeZone));
    return {
      channel: args.channel,
      unit: type.unit,
      timeZone,
      resolution,
      intervals: answer.intervals.map((interval) => ({
        ...interval,
        value: interval.value === null ? null : String(interval.value),
      })),
      total: String(answer.total),
    };
  }

  private async timeZone(usagePointId: string): Promise<string | Refusal> {
    return (
      (await this.usagePoints.timeZone(usagePointId)) ??
      refuse('USAGE_POINT_NOT_FOUND', `No usage point ${usagePointId} is registered.`)
    );
  }

  private async channel(usagePointId: string, channel: string) {
    const registered = await this.usagePoints.channels(usagePointId);
    const known = registered.includes(channel)
      ? registered
      : [...new Set([...registered, ...(await readChannels(this.pool, usagePointId))])];
    const type = known.includes(channel) ? readingType(channel) : undefined;
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

const dateAt = (instant: number, timeZone: string) => localDayAt(instant, timeZone).date;
