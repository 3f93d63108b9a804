import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { SERVICE_KINDS, UsagePointRegisteredSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { usagePointDecider } from '../domain/usage-point.decider.ts';
import type { RegisterUsagePointInput } from './generated/schema.ts';

@Resolver()
export class RegisterUsagePointMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly usagePoints: UsagePoints,
  ) {}

  @Mutation()
  async registerUsagePoint(
    @Args('input') input: RegisterUsagePointInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const id = input.id ?? randomUUID();
    const usagePoint = create(UsagePointRegisteredSchema, {
      usagePointId: id,
      serviceKind: SERVICE_KINDS[input.serviceKind],
      timeZone: input.timeZone,
      address: input.address,
      feeder: input.feeder ?? '',
    });
    const stream = streamName('usage-point', id);
    const command = { type: 'register', usagePoint } as const;
    const { position } = orThrow(
      await this.commands.execute(usagePointDecider, stream, command, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return this.usagePoints.get(id);
  }
}
