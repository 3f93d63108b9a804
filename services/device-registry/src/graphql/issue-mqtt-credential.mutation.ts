import { randomBytes } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MqttCredentialIssuedSchema } from '@metermesh/contracts';
import type { Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { hash } from 'bcryptjs';
import { MqttCredentials } from '../adapters/mqtt-credentials.table.ts';
import { concentratorDecider, concentratorNotFound } from '../domain/concentrator.decider.ts';
import { meterDecider, meterNotFound } from '../domain/meter.decider.ts';
import { mqttDialectNumber, mqttTopics } from '../domain/mqtt-client.ts';
import { mqttCredentialDecider } from '../domain/mqtt-credential.decider.ts';
import type { IssueMqttCredentialInput } from './generated/schema.ts';

/** 192 bits as 32 characters: the longest password that Tasmota takes. */
const PASSWORD_OCTETS = 24;
/** The broker computes it whenever a device connects; of random passwords the length protects, not the cost. */
const BCRYPT_COST = 6;

@Resolver()
export class IssueMqttCredentialMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly credentials: MqttCredentials,
  ) {}

  @Mutation()
  async issueMqttCredential(
    @Args('input') input: IssueMqttCredentialInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { client, dialect } = input;
    const missing = await this.missingHolder(input);
    if (missing) orThrow(missing);
    const password = randomBytes(PASSWORD_OCTETS).toString('base64url');
    const issued = create(MqttCredentialIssuedSchema, {
      client,
      dialect: mqttDialectNumber(dialect),
      serialNumber: input.serialNumber ?? '',
      concentratorId: input.concentratorId ?? '',
      passwordHash: await hash(password, BCRYPT_COST),
      issuedBy: claims.subject,
    });
    const stream = streamName('mqtt-credential', client);
    const command = { type: 'issue', issued } as const;
    const { position } = orThrow(
      await this.commands.execute(mqttCredentialDecider, stream, command, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return {
      client,
      password,
      topics: mqttTopics(dialect, client),
      credential: await this.credentials.get(client),
    };
  }

  private async missingHolder({
    serialNumber,
    concentratorId,
  }: IssueMqttCredentialInput): Promise<Refusal | undefined> {
    if (serialNumber) {
      const { state } = await this.commands.load(meterDecider, streamName('meter', serialNumber));
      if (!state.registered) return meterNotFound(serialNumber);
    }
    if (concentratorId) {
      const stream = streamName('concentrator', concentratorId);
      const { state } = await this.commands.load(concentratorDecider, stream);
      if (!state) return concentratorNotFound(concentratorId);
    }
    return undefined;
  }
}
