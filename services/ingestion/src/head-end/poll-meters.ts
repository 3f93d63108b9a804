import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { channelCode, localDayAt } from '@metermesh/metering';
import { DATABASE, ENVIRONMENT } from '@metermesh/service-kit';
import type pg from 'pg';
import { readSlots } from '../adapters/load-profile.table.ts';
import { claimPolls, settlePoll, type ClaimedPoll } from '../adapters/meter-polls.table.ts';
import type { KnownMeter } from '../domain/known-meter.ts';
import type { Environment } from '../environment.ts';
import type { TimeSpan } from '../projections/load-profile-answer.ts';
import { missingSpan } from '../projections/missing-span.ts';
import { MeterAccesses } from './meter-accesses.ts';
import { ReadMeter } from './read-meter.ts';

const DAY_MS = 86_400_000;
/** So far back gaps are looked for. */
const LOOKS_BACK_MS = 7 * DAY_MS;
/** Longer than any reading takes: after it another replica may try. */
const CLAIMED_SECONDS = 600;
const LONGEST_PAUSE_SECONDS = 86_400;
/** A meter whose address cannot be used is looked at again after so long. */
const UNUSABLE_SECONDS = 3600;

/**
 * Looks after meters whose network address asks for it (`poll=PT1H`): where interval values of the last days have not
 * come, it calls the meter and reads them. A few at once, each by one replica; one that fails is left alone twice as long
 * each time, a day at most.
 */
@Injectable()
export class PollMeters implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PollMeters.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly accesses: MeterAccesses,
    private readonly meters: ReadMeter,
  ) {}

  onApplicationBootstrap(): void {
    const { METER_POLLS_AT_ONCE, METER_POLL_SECONDS } = this.environment;
    if (METER_POLLS_AT_ONCE === 0) return;
    this.timer = setInterval(() => this.look(), METER_POLL_SECONDS * 1000).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.round;
  }

  private look(): void {
    this.round ??= this.pollAllDue()
      .catch((error: unknown) => this.logger.error({ err: error }, 'Meters could not be looked after'))
      .finally(() => (this.round = undefined));
  }

  private async pollAllDue(): Promise<void> {
    const most = this.environment.METER_POLLS_AT_ONCE;
    for (let claimed = most; claimed === most && !this.isStopping;) {
      const polls = await claimPolls(this.pool, most, CLAIMED_SECONDS);
      await Promise.all(polls.map((poll) => this.poll(poll)));
      claimed = polls.length;
    }
  }

  private async poll({ serialNumber, failures }: ClaimedPoll): Promise<void> {
    const callable = await this.accesses.of(serialNumber);
    if (isRefusal(callable)) return settlePoll(this.pool, serialNumber, UNUSABLE_SECONDS, callable.code);
    const span = await this.missing(callable.meter, Date.now());
    const outcome = span && (await this.meters.read({ serialNumber, ...span }));
    const code = outcome && isRefusal(outcome) ? outcome.code : undefined;
    const every = callable.access.address.pollSeconds ?? UNUSABLE_SECONDS;
    const pause =
      code === undefined
        ? every
        : Math.min(every * 2 ** Math.min(failures, 10), Math.max(every, LONGEST_PAUSE_SECONDS));
    await settlePoll(this.pool, serialNumber, pause, code);
  }

  /** Of all channels of where it is now. */
  private async missing({ channels, installations }: KnownMeter, now: number): Promise<TimeSpan | undefined> {
    const here = installations.findLast(({ removedAt = Infinity }) => removedAt > now);
    if (!here?.timeZone) return undefined;
    const { usagePointId, timeZone, submeter, installedAt } = here;
    const within = { from: Math.max(installedAt, now - LOOKS_BACK_MS), to: now };
    const [first, last] = [localDayAt(within.from, timeZone).date, localDayAt(now, timeZone).date];
    const spans: TimeSpan[] = [];
    for (const { readingType, intervalSeconds } of channels) {
      const code = channelCode(readingType, submeter);
      const days = await readSlots(this.pool, usagePointId, code, first, last);
      const span = missingSpan(days, within, intervalSeconds);
      if (span) spans.push(span);
    }
    if (spans.length === 0) return undefined;
    return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
  }
}
