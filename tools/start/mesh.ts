import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEVICES_SAY, saidByDevices, toldToDevices } from '@metermesh/contracts';
import { removePostgresData, startNatsServer, startPostgresServer } from '@metermesh/embedded';
import { publicClaimsKeys } from '@metermesh/service-kit/claims';
import { startOidcIssuer, type OidcIssuer } from '../oidc-issuer.ts';
import { createDatabases } from './databases.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { portOf, requireFreePorts, type Settings } from './settings.ts';
import { SupervisedProcess } from './supervised-process.ts';

export const services = ['device-registry', 'ingestion', 'billing', 'control', 'customer-care'] as const;
export type ServiceName = (typeof services)[number];

const root = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 60_000;
/** Of one process that is not ready in between: it will not become so. */
const ENOUGH_STARTS = 3;

export interface Mesh {
  settings: Settings;
  secrets: Secrets;
  /** The gateway's GraphQL endpoint. */
  endpoint: string;
  oidc: OidcIssuer | undefined;
  processes: ReadonlyMap<ServiceName | 'gateway', SupervisedProcess>;
  /** Resolves when every process says that it is ready. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Forgets everything that an earlier start left in the data directory. */
export async function forget(settings: Settings): Promise<void> {
  await removePostgresData(join(settings.data, 'postgres'));
  rmSync(settings.data, { recursive: true, force: true });
}

export const hasData = (settings: Settings): boolean => existsSync(join(settings.data, 'secrets.json'));

/** Starts servers, services and gateway on this machine; what started is stopped again where the rest cannot. */
export async function startMesh(
  settings: Settings,
  report: (step: string) => void = () => {},
): Promise<Mesh> {
  await requireFreePorts(settings);
  const secrets = await loadSecrets(settings.data);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.reverse()) await each();
  };
  try {
    report('starting Postgres and NATS');
    const [postgres, nats, oidc] = await Promise.all([
      postgresUrl(settings, secrets, stops),
      natsUrl(settings, secrets, stops),
      localIssuer(settings, stops),
    ]);
    const databases = await createDatabases(postgres, services, secrets.rolePassword);
    mkdirSync(payloadCodecs(settings), { recursive: true });
    report('starting five services and the gateway');
    const processes = new Map<ServiceName | 'gateway', SupervisedProcess>();
    for (const [name, environment] of environments(settings, secrets, databases, nats, oidc?.issuer)) {
      const folder = name === 'gateway' ? 'gateway' : `services/${name}`;
      const script = join(root, folder, 'dist/main.js');
      processes.set(
        name,
        new SupervisedProcess({ name, script, environment, logDirectory: join(settings.data, 'log') }),
      );
    }
    stops.push(
      async () => void (await Promise.all([...processes.values()].map((process) => process.stop()))),
    );
    for (const process of processes.values()) process.start();
    const ready = async () =>
      void (await Promise.all([...processes.values()].map((process) => untilReady(process, settings))));
    const endpoint = `http://${settings.METERMESH_HOST}:${settings.GATEWAY_PORT}/graphql`;
    return { settings, secrets, endpoint, oidc, processes, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function postgresUrl(
  settings: Settings,
  secrets: Secrets,
  stops: (() => Promise<void>)[],
): Promise<string> {
  if (settings.POSTGRES_URL) return settings.POSTGRES_URL;
  const server = await startPostgresServer({
    dataDirectory: join(settings.data, 'postgres'),
    port: settings.POSTGRES_PORT,
    password: secrets.postgresPassword,
    settings: { max_connections: 200, shared_buffers: '256MB', max_wal_size: '2GB' },
  });
  stops.push(() => server.stop());
  return server.url;
}

/** Logins of devices at the MQTT broker: ingestion writes them, the embedded nats-server reads them. */
const mqttUsersFile = (settings: Settings) => join(settings.data, 'nats', 'mqtt-users.conf');

async function natsUrl(
  settings: Settings,
  secrets: Secrets,
  stops: (() => Promise<void>)[],
): Promise<string> {
  if (settings.NATS_URL) return settings.NATS_URL;
  const user = { user: 'metermesh', password: secrets.natsPassword };
  const server = await startNatsServer({
    host: settings.METERMESH_HOST,
    port: settings.NATS_PORT,
    mqttPort: settings.MQTT_PORT,
    storeDirectory: join(settings.data, 'nats'),
    users: [user],
    devices: {
      usersFile: mqttUsersFile(settings),
      say: saidByDevices,
      prefix: DEVICES_SAY,
      hear: toldToDevices,
    },
  });
  stops.push(() => server.stop());
  const url = new URL(server.url);
  return Object.assign(url, { username: user.user, password: user.password }).href;
}

const payloadCodecs = ({ PAYLOAD_CODECS, data }: Settings): string =>
  PAYLOAD_CODECS ? resolve(PAYLOAD_CODECS) : join(data, 'payload-codecs');

async function localIssuer(
  settings: Settings,
  stops: (() => Promise<void>)[],
): Promise<OidcIssuer | undefined> {
  if (settings.OIDC_ISSUER) return undefined;
  const oidc = await startOidcIssuer({
    port: settings.OIDC_PORT,
    host: settings.METERMESH_HOST,
    dataDirectory: settings.data,
  });
  stops.push(() => oidc.stop());
  return oidc;
}

function* environments(
  settings: Settings,
  secrets: Secrets,
  databases: Record<ServiceName, string>,
  nats: string,
  issuer: string | undefined,
): Generator<[ServiceName | 'gateway', Record<string, string>]> {
  const host = settings.METERMESH_HOST;
  const common = {
    HTTP_HOST: host,
    NATS_URL: nats,
    LOG_LEVEL: settings.METERMESH_LOG_LEVEL,
    NODE_ENV: 'development',
  };
  for (const name of services) {
    yield [
      name,
      {
        ...common,
        HTTP_PORT: String(settings[portOf(name)]),
        DATABASE_URL: databases[name],
        EVENT_STORE: settings.KURRENTDB_URL ? 'kurrentdb' : 'postgres',
        KURRENTDB_URL: settings.KURRENTDB_URL ?? '',
        GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(secrets.gatewaySigningKey)),
        KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
        UPLOAD_TOKEN: secrets.uploadToken,
        DLMS_HOST: host,
        DLMS_PORT: String(settings.DLMS_PORT),
        FRAME_LISTENERS: `dsmr:${settings.DSMR_PORT},sml:${settings.SML_PORT},mbus:${settings.MBUS_PORT}`,
        PAYLOAD_CODECS: payloadCodecs(settings),
        // A trial does not wait a minute to be told that a bill has become wrong.
        REBILL_QUIET_SECONDS: '3',
        MQTT_USERS_FILE: settings.NATS_URL ? '' : mqttUsersFile(settings),
      },
    ];
  }
  const subgraphs = services.map((name) => [
    `SUBGRAPH_${portOf(name).replace(/_PORT$/, '')}_URL`,
    `http://${host}:${settings[portOf(name)]}/graphql`,
  ]);
  yield [
    'gateway',
    {
      ...common,
      HTTP_PORT: String(settings.GATEWAY_PORT),
      GATEWAY_SIGNING_KEY: JSON.stringify(secrets.gatewaySigningKey),
      OIDC_ISSUER: settings.OIDC_ISSUER ?? issuer!,
      ...Object.fromEntries(subgraphs),
    },
  ];
}

/** Rejects with what the process said where it ends again and again, or is not ready in time. */
export async function untilReady(process: SupervisedProcess, settings: Settings): Promise<void> {
  const { name } = process;
  const startsBefore = process.starts;
  const log = `see ${join(settings.data, 'log', `${name}.log`)}`;
  const url = `http://${settings.METERMESH_HOST}:${settings[portOf(name)]}/health/ready`;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (process.starts >= startsBefore + ENOUGH_STARTS)
      throw new Error(`${name} ends as soon as it is started; ${log}. It said:\n${process.lastWords}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} is not ready after ${READY_WITHIN_MS / 1000} s; ${log}`);
}
