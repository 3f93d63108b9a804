import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MeterAssignedToConcentratorSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Meters } from '../adapters/meters.table.ts';
import { concentratorDecider, concentratorNotFound } from '../domain/concentrator.decider.ts';
import { meterDecider } from '../domain/meter.decider.ts';
import type { MutationAssignMeterToConcentratorArgs } from './generated/schema.ts';

@Resolver()
export class AssignMeterToConcentratorMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly meters: Meters,
  ) {}

  @Mutation()
  async assignMeterToConcentrator(
    @Args() { serialNumber, concentratorId }: MutationAssignMeterToConcentratorArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const concentrator = await this.commands.load(
      concentratorDecider,
      streamName('concentrator', concentratorId),
    );
    if (!concentrator.state) orThrow(concentratorNotFound(concentratorId));
    const assigned = create(MeterAssignedToConcentratorSchema, { serialNumber, concentratorId });
    const stream = streamName('meter', serialNumber);
    const { position } = orThrow(
      await this.commands.execute(meterDecider, stream, { type: 'assign', assigned }, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return this.meters.get(serialNumber);
  }
}
