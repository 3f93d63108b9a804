import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { parseEnvironment, port } from '@metermesh/service-kit/environment';
import { z } from 'zod';

const shape = {
  METERMESH_DATA: z.string().default('.metermesh'),
  METERMESH_HOST: z.string().default('127.0.0.1'),
  METERMESH_LOG_LEVEL: z.string().default('info'),
  /** Where payload codecs are dropped in; `payload-codecs` in the data directory where it is left out. */
  PAYLOAD_CODECS: z.string().optional(),
  GATEWAY_PORT: port(4000),
  DEVICE_REGISTRY_PORT: port(4001),
  INGESTION_PORT: port(4002),
  BILLING_PORT: port(4003),
  CONTROL_PORT: port(4004),
  CUSTOMER_CARE_PORT: port(4005),
  OIDC_PORT: port(4010),
  DLMS_PORT: port(4059),
  DSMR_PORT: port(4061),
  SML_PORT: port(4062),
  MBUS_PORT: port(4063),
  SIMULATOR_PORT: port(4060),
  MQTT_PORT: port(1883),
  POSTGRES_PORT: port(15432),
  NATS_PORT: port(14222),
  /** A Postgres server of your own, as superuser, in place of the embedded one. */
  POSTGRES_URL: z.url().optional(),
  /** A nats-server of your own, with JetStream, in place of the embedded one. */
  NATS_URL: z.url().optional(),
  /** Events go to KurrentDB in place of Postgres. */
  KURRENTDB_URL: z.string().optional(),
  /** An OpenID Connect issuer of your own; without the local one the launcher has no tokens to print and seeds no demo. */
  OIDC_ISSUER: z.url().optional(),
};

export type Settings = z.infer<z.ZodObject<typeof shape>> & { data: string };
export type PortName = Extract<keyof Settings, `${string}_PORT`>;

/** Throws one error that names every setting that does not fit. */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  const settings = parseEnvironment(shape, source);
  return { ...settings, data: resolve(settings.METERMESH_DATA) };
}

/** The setting of the HTTP port of a service, or of the gateway. */
export const portOf = (name: string): PortName =>
  `${name.toUpperCase().replaceAll('-', '_')}_PORT` as PortName;

/** The ports that this start listens on: those of embedded servers only where they are not replaced. */
export function portsIn(settings: Settings): PortName[] {
  const services: PortName[] = [
    'GATEWAY_PORT',
    'DEVICE_REGISTRY_PORT',
    'INGESTION_PORT',
    'BILLING_PORT',
    'CONTROL_PORT',
    'CUSTOMER_CARE_PORT',
    'DLMS_PORT',
    'DSMR_PORT',
    'SML_PORT',
    'MBUS_PORT',
    'SIMULATOR_PORT',
  ];
  return [
    ...services,
    ...(settings.OIDC_ISSUER ? [] : (['OIDC_PORT'] as const)),
    ...(settings.POSTGRES_URL ? [] : (['POSTGRES_PORT'] as const)),
    ...(settings.NATS_URL ? [] : (['NATS_PORT', 'MQTT_PORT'] as const)),
  ];
}

/** Throws where a port is taken, naming all that are and the settings that move them. */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const checks = portsIn(settings).map(async (name) =>
    (await isFree(settings[name], settings.METERMESH_HOST)) ? [] : [name],
  );
  const taken = (await Promise.all(checks)).flat();
  if (taken.length === 0) return;
  const lines = taken.map(
    (name) => `  port ${settings[name]} is taken; move it with ${name}=<another port> npm start`,
  );
  throw new PortsTaken(`The mesh cannot start:\n${lines.join('\n')}`);
}

export class PortsTaken extends Error {}

function isFree(number: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(number, host, () => probe.close(() => resolve(true)));
  });
}
