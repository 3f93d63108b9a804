import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { SubgraphContext } from '@metermesh/service-kit';
import { isRegisterReading, Readings } from '../adapters/reading.table.ts';
import { patiently } from './patiently.ts';
import { readingView, registerReadView, type ReadingView, type RegisterReadView } from './reading-view.ts';
import { Sight } from './sight.ts';

const MOST = 500;

@Resolver('UsagePoint')
export class ReadingResolver {
  constructor(
    private readonly readingTable: Readings,
    private readonly sight: Sight,
  ) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }) {
    return { id };
  }

  @Query()
  async reading(@Args('id') id: string, @Context() { claims }: SubgraphContext): Promise<ReadingView | null> {
    const stored = await patiently(() => this.readingTable.byId(id));
    if (!stored) return null;
    const { timeZone, spans } = await this.sight.ofUsagePoint(claims, stored.recorded.usagePointId);
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
    const { timeZone, spans, dates } = await this.sight.ofUsagePoint(claims, id);
    const stored = await this.readingTable.latest(id, dates, mostly(last));
    return stored.map((reading) => readingView(reading, spans, timeZone));
  }

  @ResolveField()
  async registerReads(
    @Parent() { id }: { id: string },
    @Args('last') last: number,
    @Context() { claims }: SubgraphContext,
  ): Promise<RegisterReadView[]> {
    const { timeZone, dates } = await this.sight.ofUsagePoint(claims, id);
    const stored = await this.readingTable.latestRegisters(id, dates, mostly(last));
    return stored.map(({ recorded }) => registerReadView(recorded, timeZone));
  }
}

const mostly = (last: number) => Math.min(Math.max(last, 0), MOST);
