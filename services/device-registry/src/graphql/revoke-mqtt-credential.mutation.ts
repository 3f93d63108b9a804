import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MqttCredentialRevokedSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { MqttCredentials } from '../adapters/mqtt-credentials.table.ts';
import { mqttCredentialDecider } from '../domain/mqtt-credential.decider.ts';
import type { MutationRevokeMqttCredentialArgs } from './generated/schema.ts';

@Resolver()
export class RevokeMqttCredentialMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly credentials: MqttCredentials,
  ) {}

  @Mutation()
  async revokeMqttCredential(
    @Args() { client, reason }: MutationRevokeMqttCredentialArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const revoked = create(MqttCredentialRevokedSchema, { client, revokedBy: claims.subject, reason });
    const stream = streamName('mqtt-credential', client);
    const command = { type: 'revoke', revoked } as const;
    const { position } = orThrow(
      await this.commands.execute(mqttCredentialDecider, stream, command, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return this.credentials.get(client);
  }
}
