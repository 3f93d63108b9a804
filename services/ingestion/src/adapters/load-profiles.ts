import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '@metermesh/decider';
import { localDayAt, readingTypeOfChannel } from '@metermesh/metering';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { answerIntervals, type AnsweredProfile, type TimeSpan } from '../projections/load-profile-answer.ts';
import { readChannels, readSlots } from './load-profile.table.ts';
import { UsagePoints } from './usage-points.table.ts';

/** What did a channel measure in which intervals? */
@Injectable()
export class LoadProfiles {
  constructor(
    private readonly usagePoints: UsagePoints,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  /** Codes of the channels there. Whether there are values of others than those of its meters is asked only in search of one. */
  async channels(usagePointId: string, sought: string): Promise<string[]> {
    const registered = await this.usagePoints.channels(usagePointId);
    if (registered.includes(sought)) return registered;
    return [...new Set([...registered, ...(await readChannels(this.pool, usagePointId))])];
  }

  /** The channel's values as {@link answerIntervals} has them, summed or averaged as its reading type wants it. */
  async answer(
    usagePointId: string,
    channel: string,
    intervals: readonly TimeSpan[],
    visible: readonly TimeSpan[],
    timeZone: string,
  ): Promise<AnsweredProfile | Refusal> {
    const date = (instant: number) => localDayAt(instant, timeZone).date;
    const [first, last] = [intervals[0], intervals.at(-1)];
    const days =
      first && last
        ? await readSlots(this.pool, usagePointId, channel, date(first.from), date(last.to - 1))
        : [];
    return answerIntervals(intervals, days, visible, timeZone, readingTypeOfChannel(channel)?.aggregation);
  }
}
