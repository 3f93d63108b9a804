import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type MqttCredentialIssued, type MqttCredentialRevoked } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE, handleOnce } from '@metermesh/service-kit';
import type pg from 'pg';
import { noteIssued, noteRevoked } from '../adapters/mqtt-clients.table.ts';
import { MqttUsersFile } from '../head-end/mqtt/mqtt-users-file.ts';

const HANDLER = 'mqtt-credentials';

/** Learns who may log in at the MQTT broker, and tells the broker. */
@Controller()
export class MqttCredentialsController {
  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    private readonly usersFile: MqttUsersFile,
  ) {}

  @OnFact('device-registry', 'mqtt-credential-issued')
  async issued(@Payload() fact: Fact): Promise<void> {
    const issued = decodeEvent<MqttCredentialIssued>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) => noteIssued(client, issued, fact.position));
    await this.usersFile.refresh();
  }

  @OnFact('device-registry', 'mqtt-credential-revoked')
  async revoked(@Payload() fact: Fact): Promise<void> {
    const revoked = decodeEvent<MqttCredentialRevoked>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) => noteRevoked(client, revoked, fact.position));
    await this.usersFile.refresh();
  }
}
