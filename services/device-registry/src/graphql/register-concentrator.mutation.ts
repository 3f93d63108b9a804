import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { ConcentratorRegisteredSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Concentrators } from '../adapters/concentrators.table.ts';
import { concentratorDecider } from '../domain/concentrator.decider.ts';
import type { RegisterConcentratorInput } from './generated/schema.ts';

@Resolver()
export class RegisterConcentratorMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly concentrators: Concentrators,
  ) {}

  @Mutation()
  async registerConcentrator(
    @Args('input') { id: given, manufacturer, networkAddress }: RegisterConcentratorInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const id = given ?? randomUUID();
    const registered = create(ConcentratorRegisteredSchema, {
      concentratorId: id,
      manufacturer,
      networkAddress,
    });
    const stream = streamName('concentrator', id);
    const { position } = orThrow(
      await this.commands.execute(concentratorDecider, stream, registered, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return this.concentrators.get(id);
  }
}
