import { setTimeout as sleep } from 'node:timers/promises';
import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { orThrow, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import { refuse } from '@metermesh/decider';
import { isRegisterReading, Readings, type StoredReading } from '../adapters/reading.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import type { RegisterRead } from './generated/schema.ts';
import { readingView, registerReadView, type ReadingView } from './reading-view.ts';
import { visibleSpans } from './visible-spans.ts';

const MOST = 500;
/** A fact reaches its hearers as soon as it is recorded, and they may ask for it before the table has it. */
const PATIENCE_MS = [10, 20, 40, 80, 150, 300, 600];

@Resolver('UsagePoint')
export class ReadingResolver {
  constructor(
    private readonly readingTable: Readings,
    private readonly usagePoints: UsagePoints,
    private readonly access: UsagePointAccess,
  ) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }) {
    return { id };
  }

  @Query()
  async reading(@Args('id') id: string, @Context() { claims }: SubgraphContext): Promise<ReadingView | null> {
    const stored = await this.patiently(id);
    if (!stored) return null;
    const { timeZone, spans } = await this.sight(stored.recorded.usagePointId, claims);
    if (isRegisterReading(stored)) {
      const readAt = timestampMs(stored.recorded.readAt!);
      if (!spans.some(({ from, to }) => from <= readAt && readAt < to)) return null;
    }
    return readingView(stored, spans, timeZone);
  }

  @ResolveField()
  async readings(
    @Parent() { id }: { id: string },
    @Args('last') last: number,
    @Context() { claims }: SubgraphContext,
  ) {
    const { timeZone, spans, dates } = await this.sight(id, claims);
    const stored = await this.readingTable.latest(id, dates, mostly(last));
    return stored.map((reading) => readingView(reading, spans, timeZone));
  }

  @ResolveField()
  async registerReads(
    @Parent() { id }: { id: string },
    @Args('last') last: number,
    @Context() { claims }: SubgraphContext,
  ): Promise<RegisterRead[]> {
    const { timeZone, dates } = await this.sight(id, claims);
    const stored = await this.readingTable.latestRegisters(id, dates, mostly(last));
    return stored.map(({ recorded }) => registerReadView(recorded, timeZone));
  }

  private async patiently(id: string): Promise<StoredReading | undefined> {
    for (const patience of PATIENCE_MS) {
      const stored = await this.readingTable.byId(id);
      if (stored) return stored;
      await sleep(patience);
    }
    return this.readingTable.byId(id);
  }

  /** What the caller may see of a usage point; throws what he is told where that is nothing. */
  private async sight(usagePointId: string, claims: SubgraphContext['claims']) {
    const windows = orThrow(await this.access.windows(claims, usagePointId));
    const timeZone = orThrow(
      (await this.usagePoints.timeZone(usagePointId)) ??
        refuse('USAGE_POINT_NOT_FOUND', `No usage point ${usagePointId} is registered.`),
    );
    const spans = visibleSpans(windows, timeZone);
    return {
      timeZone,
      spans,
      dates: spans.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })),
    };
  }
}

const mostly = (last: number) => Math.min(Math.max(last, 0), MOST);
