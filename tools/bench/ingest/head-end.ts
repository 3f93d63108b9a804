import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { create, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  encodeEvent,
  factSubject,
  MeterInstalledSchema,
  MeterKeysSetSchema,
  MeterRegisteredSchema,
  ServiceKind,
  UsagePointRegisteredSchema,
} from '@metermesh/contracts';
import { writeFact } from '@metermesh/messaging/fact';
import type { Keys } from '@metermesh/protocols';
import { generateClaimsKey, publicClaimsKeys } from '@metermesh/service-kit/claims';
import { sealKey } from '@metermesh/service-kit/key-seal';
import { freePorts, type TestNats, type TestPostgres } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { SupervisedProcess } from '../../start/supervised-process.ts';

const KEY_ENCRYPTION_KEY = 'a1'.repeat(32);
const INSTALLED_AT = Date.parse('2025-01-01T00:00:00Z');

export interface BenchMeter {
  index: number;
  serialNumber: string;
  usagePointId: string;
  systemTitle: Uint8Array;
  keys: Keys;
}

/** The ingestion service as a process of its own, which knows `count` meters from the facts of the device registry. */
export async function startHeadEnd(postgres: TestPostgres, nats: TestNats, count: number, logs: string) {
  const [httpPort, dlmsPort] = (await freePorts(2)) as [number, number];
  const databaseUrl = await postgres.createDatabase();
  const process = new SupervisedProcess({
    name: 'ingestion',
    script: fileURLToPath(new URL('../../../services/ingestion/dist/main.js', import.meta.url)),
    logDirectory: logs,
    environment: {
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      HTTP_PORT: String(httpPort),
      DLMS_PORT: String(dlmsPort),
      DATABASE_URL: databaseUrl,
      NATS_URL: nats.url,
      GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(await generateClaimsKey())),
      KEY_ENCRYPTION_KEY,
    },
  });
  process.start();
  await until(
    'the service is ready',
    async () => (await fetch(`http://127.0.0.1:${httpPort}/health/ready`)).ok,
  );
  const meters = Array.from({ length: count }, (_, index) => meterOf(index));
  await tellOf(meters, nats.url);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  await until('the service knows all meters', async () => {
    const { rows } = await pool.query<{ known: number }>(
      'select count(*)::integer as known from installation join usage_point using (usage_point_id) join meter using (serial_number) join meter_key using (serial_number)',
    );
    return rows[0]!.known === count;
  });
  await pool.end();
  return { port: dlmsPort, databaseUrl, meters, pid: process.pid!, stop: () => process.stop() };
}

function meterOf(index: number): BenchMeter {
  const serialNumber = `MMX${String(index).padStart(8, '0')}`;
  return {
    index,
    serialNumber,
    usagePointId: `UP-${serialNumber}`,
    systemTitle: Buffer.concat([Buffer.from('MMX'), randomBytes(5)]),
    keys: { encryptionKey: randomBytes(16), authenticationKey: randomBytes(16) },
  };
}

async function tellOf(meters: readonly BenchMeter[], natsUrl: string): Promise<void> {
  const connection = await connect({ servers: natsUrl });
  const client = jetstream(connection);
  let position = 0;
  const tell = async (key: string, event: Message) => {
    const { type, data } = encodeEvent(event);
    const subject = factSubject('device-registry', type, key);
    const fact = {
      id: randomUUID(),
      type,
      data,
      subject,
      service: 'device-registry',
      position: String(++position).padStart(12, '0'),
    };
    const message = writeFact(fact);
    await client.publish(message.subject, message.data, { headers: message.headers });
  };
  const seal = (key: Uint8Array, { serialNumber }: BenchMeter) =>
    sealKey(key, serialNumber, Buffer.from(KEY_ENCRYPTION_KEY, 'hex'));
  await Promise.all(
    meters.map(async (meter) => {
      const { serialNumber, usagePointId, systemTitle, keys } = meter;
      const serviceKind = ServiceKind.ELECTRICITY;
      await tell(
        usagePointId,
        create(UsagePointRegisteredSchema, { usagePointId, serviceKind, timeZone: 'Etc/UTC', address: '-' }),
      );
      const channels = [
        { readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 },
      ];
      await tell(
        serialNumber,
        create(MeterRegisteredSchema, {
          serialNumber,
          manufacturer: 'MMX',
          serviceKind,
          systemTitle,
          multiplier: '1',
          dialDigits: 8,
          channels,
        }),
      );
      await tell(
        serialNumber,
        create(MeterKeysSetSchema, {
          serialNumber,
          sealedEncryptionKey: seal(keys.encryptionKey, meter),
          sealedAuthenticationKey: seal(keys.authenticationKey!, meter),
        }),
      );
      await tell(
        usagePointId,
        create(MeterInstalledSchema, {
          serialNumber,
          usagePointId,
          installedAt: timestampFromMs(INSTALLED_AT),
          readingTypes: ['active-energy-import'],
        }),
      );
    }),
  );
  await connection.close();
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
