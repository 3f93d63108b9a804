import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import {
  DEVICES_SAY,
  MeterAssignedToConcentratorSchema,
  MqttCredentialIssuedSchema,
  MqttCredentialRevokedSchema,
  MqttDialect,
  saidByDevices,
  toldToDevices,
} from '@metermesh/contracts';
import { hash } from 'bcryptjs';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { eventually, runIngestion, type RunningIngestion } from './running-ingestion.ts';

/** The service beside a nats-server whose MQTT listener reads the logins that the service writes. */
export async function runIngestionWithMqtt(overrides: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'metermesh-mqtt-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const usersFile = join(folder, 'users.conf');
  const service = await runIngestion(
    { MQTT_USERS_FILE: usersFile, ...overrides },
    {
      mqtt: true,
      users: [{ user: 'metermesh', password: 'secret' }],
      devices: { usersFile, say: saidByDevices, prefix: DEVICES_SAY, hear: toldToDevices },
    },
  );
  return { service, usersFile };
}

export interface Login {
  client: string;
  dialect: MqttDialect;
  serialNumber?: string;
  concentratorId?: string;
}

const passwordOf = (client: string) => `password of ${client}`;

/** Tells of a login as device-registry does, and waits until the broker lets it in. */
export async function issue(service: RunningIngestion, usersFile: string, login: Login): Promise<void> {
  const passwordHash = await hash(passwordOf(login.client), 4);
  await service.tell(
    'device-registry',
    login.client,
    create(MqttCredentialIssuedSchema, { ...login, passwordHash }),
  );
  await eventually(() => readFileSync(usersFile, 'utf8').includes(passwordHash));
  await eventually(async () => {
    const connected = await connectAs(service, login.client).catch(() => undefined);
    connected?.end(true);
    return connected !== undefined;
  });
}

export const assign = (service: RunningIngestion, serialNumber: string, concentratorId: string) =>
  service.tell(
    'device-registry',
    concentratorId,
    create(MeterAssignedToConcentratorSchema, { serialNumber, concentratorId }),
  );

export const revoke = (service: RunningIngestion, client: string) =>
  service.tell('device-registry', client, create(MqttCredentialRevokedSchema, { client, reason: 'sold' }));

/** Rejects where the broker does not let it in. */
export function connectAs(
  service: RunningIngestion,
  client: string | undefined,
  options: IClientOptions = {},
): Promise<MqttClient> {
  return mqtt.connectAsync(
    service.nats.mqttUrl!,
    {
      ...(client !== undefined && { username: client, password: passwordOf(client) }),
      reconnectPeriod: 0,
      connectTimeout: 3_000,
      ...options,
    },
    false,
  );
}
