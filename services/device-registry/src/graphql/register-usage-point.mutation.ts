import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { UsagePointRegisteredSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import { Commands, orThrow, ProjectionHost, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { SERVICE_KINDS } from '../domain/service-kind.ts';
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
  async registerUsagePoint(@Args('input') input: RegisterUsagePointInput, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const usagePoint = create(UsagePointRegisteredSchema, {
      usagePointId: input.id ?? randomUUID(),
      serviceKind: SERVICE_KINDS[input.serviceKind],
      timeZone: input.timeZone,
      address: input.address,
      feeder: input.feeder ?? '',
    });
    const id = usagePoint.usagePointId;
    const { position } = orThrow(
      await this.commands.execute(
        usagePointDecider,
        streamName('usage-point', id),
        { type: 'register', usagePoint },
        { actor: claims.subject, correlationId: claims.correlationId },
      ),
    );
    await this.projections.reach(position);
    return (await this.usagePoints.byId([id])).get(id);
  }
}
