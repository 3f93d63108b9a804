import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MeterRemovedSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  decideOn,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { meterDecider } from '../domain/meter.decider.ts';
import { registerValues } from '../domain/register-value.ts';
import { usagePointDecider } from '../domain/usage-point.decider.ts';
import type { RemoveMeterInput } from './generated/schema.ts';

@Resolver()
export class RemoveMeterMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly usagePoints: UsagePoints,
  ) {}

  @Mutation()
  async removeMeter(
    @Args('input') { serialNumber, usagePointId, removedAt, registerReads }: RemoveMeterInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const removed = create(MeterRemovedSchema, {
      serialNumber,
      usagePointId,
      removedAt: timestampFromDate(removedAt),
      registerReads: orThrow(registerValues(registerReads ?? [])),
    });
    const recorded = await this.commands.retrying(async () => {
      const usagePoint = await this.commands.load(usagePointDecider, streamName('usage-point', usagePointId));
      const meter = await this.commands.load(meterDecider, streamName('meter', serialNumber));
      return this.commands.recordTogether(
        onBehalfOf(claims),
        decideOn(meterDecider, meter, { type: 'remove', removed }),
        decideOn(usagePointDecider, usagePoint, { type: 'remove', removed, now: Date.now() }),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.usagePoints.get(usagePointId);
  }
}
