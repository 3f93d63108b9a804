import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { connectionOf, isStaff, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { cursorOf, DeviceEvents, eventPageOf, type DeviceEventRow } from '../adapters/device-event.table.ts';
import { deviceEventView, kindOf, type DeviceEventView } from './device-event-view.ts';
import type {
  MeterDeviceEventsArgs,
  QueryDeviceEventsArgs,
  UsagePointDeviceEventsArgs,
} from './generated/schema.ts';
import { patiently } from './patiently.ts';
import { Sight } from './sight.ts';

const MOST = 500;

@Resolver('DeviceEvent')
export class DeviceEventResolver {
  constructor(
    private readonly events: DeviceEvents,
    private readonly sight: Sight,
  ) {}

  @Query()
  async deviceEvent(
    @Args('id') id: string,
    @Context() { claims }: SubgraphContext,
  ): Promise<DeviceEventView | null> {
    const event = await patiently(() => this.events.byId(id));
    if (!event) return null;
    if (event.usage_point_id === null) orThrow(requireRole(claims, 'operator', 'supervisor'));
    else if (!isStaff(claims)) {
      const { spans } = await this.sight.ofUsagePoint(claims, event.usage_point_id);
      const happenedAt = event.happened_at.getTime();
      if (!spans.some(({ from, to }) => from <= happenedAt && happenedAt < to)) return null;
    }
    return deviceEventView(event);
  }

  @Query()
  async deviceEvents(
    @Args() { first, after, type, serialNumber, from, to }: QueryDeviceEventsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(eventPageOf(first, after));
    const rows = await this.events.page(page, { type: kindOf(type), serialNumber, from, to });
    const { edges, nodes, pageInfo } = connectionOf<DeviceEventRow>(rows, page, cursorOf);
    return {
      nodes: nodes.map(deviceEventView),
      edges: edges.map(({ cursor, node }) => ({ cursor, node: deviceEventView(node) })),
      pageInfo,
    };
  }
}

@Resolver('UsagePoint')
export class DeviceEventsOfUsagePointResolver {
  constructor(
    private readonly events: DeviceEvents,
    private readonly sight: Sight,
  ) {}

  @ResolveField()
  async deviceEvents(
    @Parent() { id }: { id: string },
    @Args() { last, type }: UsagePointDeviceEventsArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<DeviceEventView[]> {
    const { dates } = await this.sight.ofUsagePoint(claims, id);
    const places = [{ usagePointId: id, spans: dates }];
    return (await this.events.latest(undefined, places, kindOf(type), mostly(last))).map(deviceEventView);
  }
}

@Resolver('Meter')
export class DeviceEventsOfMeterResolver {
  constructor(
    private readonly events: DeviceEvents,
    private readonly sight: Sight,
  ) {}

  @ResolveReference()
  resolveReference({ serialNumber }: { serialNumber: string }) {
    return { serialNumber };
  }

  @ResolveField()
  async deviceEvents(
    @Parent() { serialNumber }: { serialNumber: string },
    @Args() { last, type }: MeterDeviceEventsArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<DeviceEventView[]> {
    const places = await this.sight.everywhere(claims);
    return (await this.events.latest(serialNumber, places, kindOf(type), mostly(last))).map(deviceEventView);
  }
}

const mostly = (last: number | null | undefined) => Math.min(Math.max(last ?? 10, 0), MOST);
