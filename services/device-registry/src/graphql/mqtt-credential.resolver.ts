import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  connectionOf,
  loaderOf,
  orThrow,
  pageOf,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Concentrators } from '../adapters/concentrators.table.ts';
import { Meters } from '../adapters/meters.table.ts';
import { MqttCredentials, type MqttCredentialRow } from '../adapters/mqtt-credentials.table.ts';
import { mqttTopics } from '../domain/mqtt-client.ts';
import type { QueryMqttCredentialsArgs } from './generated/schema.ts';

@Resolver('MqttCredential')
export class MqttCredentialResolver {
  constructor(
    private readonly credentials: MqttCredentials,
    private readonly meters: Meters,
    private readonly concentrators: Concentrators,
  ) {}

  @Query('mqttCredentials')
  async list(@Args() { first, after }: QueryMqttCredentialsArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(first, after));
    return connectionOf(await this.credentials.page(page), page, ({ client }) => client);
  }

  @ResolveField()
  topics(@Parent() { dialect, client }: MqttCredentialRow) {
    return mqttTopics(dialect, client);
  }

  @ResolveField()
  meter(@Parent() { serialNumber }: MqttCredentialRow, @Context() context: SubgraphContext) {
    if (!serialNumber) return null;
    return loaderOf(context, Meters, (keys: readonly string[]) => this.meters.bySerialNumber(keys)).load(
      serialNumber,
    );
  }

  @ResolveField()
  concentrator(@Parent() { concentratorId }: MqttCredentialRow, @Context() context: SubgraphContext) {
    if (!concentratorId) return null;
    return loaderOf(context, Concentrators, (ids: readonly string[]) => this.concentrators.byId(ids)).load(
      concentratorId,
    );
  }
}
