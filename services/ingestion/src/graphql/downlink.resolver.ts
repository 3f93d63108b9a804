import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { isStaff, type SubgraphContext } from '@metermesh/service-kit';
import { Downlinks } from '../adapters/downlink.table.ts';
import { downlinkView } from './downlink-view.ts';
import type { MeterDownlinksArgs } from './generated/schema.ts';

const MOST = 100;

@Resolver('Meter')
export class DownlinkResolver {
  constructor(private readonly table: Downlinks) {}

  @ResolveField()
  async downlinks(
    @Parent() { serialNumber }: { serialNumber: string },
    @Args() { last }: MeterDownlinksArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    if (!isStaff(claims)) return [];
    const rows = await this.table.ofMeter(serialNumber, Math.min(Math.max(last ?? 10, 0), MOST));
    return rows.map(downlinkView);
  }
}
