import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { create, type Message } from '@bufbuild/protobuf';
import {
  encodeEvent,
  factSubject,
  MeterInstalledSchema,
  MeterKeysSetSchema,
  MeterRegisteredSchema,
  MeterRemovedSchema,
  UsagePointRegisteredSchema,
  type MeterRegistered,
} from '@metermesh/contracts';
import { streamName, type EventStore } from '@metermesh/event-store';
import { connectNats, writeFact } from '@metermesh/messaging';
import {
  decodeDataNotificationConfirm,
  encodeLoadProfilePush,
  encodeWrapper,
  encryptGeneralGlo,
  isDecodeError,
  WrapperSplitter,
  type Keys,
  type LoadProfilePush,
} from '@metermesh/protocols';
import {
  boot,
  CLAIMS_HEADER,
  EVENT_STORE,
  generateClaimsKey,
  publicClaimsKeys,
  sealKey,
  signClaims,
  type Claims,
} from '@metermesh/service-kit';
import { startNats, startPostgres } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import pg from 'pg';
import { environment } from '../src/environment.ts';
import { DlmsListener } from '../src/head-end/dlms-listener.ts';
import { ingestion } from '../src/ingestion.module.ts';

export const KEY_ENCRYPTION_KEY = 'a1'.repeat(32);
export const UPLOAD_TOKEN = 'an-upload-token-of-the-tests';

/** A day in the past of every clock that runs these tests. */
export const midnight = Date.parse('2025-06-01T00:00:00+09:00');

const LOAD_PROFILE = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $resolution: Resolution!) {
  _entities(representations: [{ __typename: "UsagePoint", id: $id }]) {
    ... on UsagePoint { loadProfile(channel: "active-energy-import", from: $from, to: $to, resolution: $resolution) {
      unit total intervals { start value quality } } }
  }
}`;

export interface Profile {
  unit: string;
  total: string;
  intervals: { start: string; value: string | null; quality: string }[];
}

export interface QuarantinedEntry {
  id: string;
  code: string;
  message: string;
  device: string | null;
  attempts: number;
  status: string;
  source: string;
}

export type RunningIngestion = Awaited<ReturnType<typeof runIngestion>>;

/** The real service on a real Postgres and nats-server, with real sockets, and hands to reach all of it. */
export async function runIngestion(
  overrides: Record<string, string> = {},
  natsOptions?: Parameters<typeof startNats>[0],
) {
  const [postgres, nats, gatewayKey] = await Promise.all([
    startPostgres(),
    startNats(natsOptions),
    generateClaimsKey(),
  ]);
  const [login] = natsOptions?.users ?? [];
  const natsUrl = login ? nats.url.replace('://', `://${login.user}:${login.password}@`) : nats.url;
  const databaseUrl = await postgres.createDatabase();
  const settings = environment({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    HTTP_PORT: '0',
    DLMS_PORT: '0',
    NATS_URL: natsUrl,
    DATABASE_URL: databaseUrl,
    GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(gatewayKey)),
    KEY_ENCRYPTION_KEY,
    UPLOAD_TOKEN,
    ...overrides,
  });
  const connection = await connectNats({ servers: natsUrl, name: 'tests' });
  let running = await boot(ingestion(settings));
  const database = new pg.Pool({ connectionString: databaseUrl, max: 3 });

  const graphql = async <Data>(query: string, variables: object = {}, who: Partial<Claims> = {}) => {
    const claims: Claims = { subject: 'op-1', roles: ['operator'], correlationId: 'c-1', ...who };
    const response = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [CLAIMS_HEADER]: await signClaims(claims, gatewayKey) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as {
      data: Data;
      errors?: { message: string; extensions: { code: string } }[];
    };
  };

  let position = 0;
  const tell = async (service: string, key: string, event: Message) => {
    const { type, data } = encodeEvent(event);
    const subject = factSubject(service, type, key);
    const fact = {
      id: randomUUID(),
      type,
      data,
      subject,
      service,
      position: String(++position).padStart(12, '0'),
    };
    const message = writeFact(fact);
    await jetstream(connection).publish(message.subject, message.data, { headers: message.headers });
  };

  const loadProfile = async (
    id: string,
    from: string,
    to: string,
    resolution = 'PT15M',
    who: Partial<Claims> = {},
  ) => {
    const variables = { id, from, to, resolution };
    const { data, errors } = await graphql<{ _entities: [{ loadProfile: Profile }] }>(
      LOAD_PROFILE,
      variables,
      who,
    );
    if (errors) throw new Error(errors[0]!.extensions.code);
    return data._entities[0].loadProfile;
  };

  /** The latest waiting entry of that kind, as soon as it is there. */
  const quarantined = async (
    code: string,
    device: string | null,
    payload?: Uint8Array,
  ): Promise<QuarantinedEntry> => {
    let found: QuarantinedEntry | undefined;
    await eventually(async () => {
      const { rows } = await database.query<QuarantinedEntry>(
        `SELECT id, code, message, device, attempts, status, source FROM quarantined_frame
         WHERE code = $1 AND ($2::text IS NULL OR device = $2) AND ($3::bytea IS NULL OR payload = $3) ORDER BY number DESC LIMIT 1`,
        [code, device, payload ? Buffer.from(payload) : null],
      );
      found = rows[0];
      return found !== undefined;
    });
    return found!;
  };

  const count = async (sql: string, value: string) => {
    const { rows } = await database.query<{ count: string }>(sql, [value]);
    return Number(rows[0]!.count);
  };

  return {
    connection,
    database,
    graphql,
    loadProfile,
    quarantined,
    tell,
    databaseUrl,
    nats,
    /** Runs `work` while nothing can be committed that comes with an invocation counter. */
    async whileCommitsWait(work: () => Promise<void>) {
      const holder = await database.connect();
      try {
        await holder.query('BEGIN; LOCK TABLE invocation_counter IN ACCESS EXCLUSIVE MODE');
        await work();
      } finally {
        await holder.query('ROLLBACK');
        holder.release();
      }
    },
    /** Runs `work` while nothing can be committed to the event log. */
    async whileNothingIsRecorded(work: () => Promise<void>) {
      const holder = await database.connect();
      try {
        await holder.query('BEGIN; LOCK TABLE event_store.log IN ACCESS EXCLUSIVE MODE');
        await work();
      } finally {
        await holder.query('ROLLBACK');
        holder.release();
      }
    },
    /** Readings of a usage point in the read model. */
    readingsOf: (usagePointId: string) =>
      count('SELECT count(*) FROM reading WHERE usage_point_id = $1', usagePointId),
    /** Readings of a meter in the event log, of the month of {@link midnight} in UTC. */
    async eventsOf(serialNumber: string) {
      const stream = streamName('meter-readings', `${serialNumber}-2025-05`);
      let events = 0;
      for await (const _event of running.app.get<EventStore>(EVENT_STORE).read(stream)) events += 1;
      return events;
    },
    get app() {
      return running.app;
    },
    get url() {
      return running.url;
    },
    meterLine: () => MeterLine.open(running.app.get(DlmsListener).port),
    async restart() {
      await running.close();
      running = await boot(ingestion(settings));
    },
    async stop() {
      await running.close();
      await connection.close();
      await database.end();
      await Promise.all([postgres.stop(), nats.stop()]);
    },
  };
}

export interface TestMeter {
  serialNumber: string;
  usagePointId: string;
  timeZone?: string;
  keys?: Keys;
  systemTitle?: Uint8Array;
  installedAt?: Date;
  removedAt?: Date;
  registered?: Partial<MeterRegistered>;
  password?: string;
}

/** Tells the service of a meter, as device-registry does, and waits until it knows. */
export async function registerMeter(service: RunningIngestion, meter: TestMeter): Promise<void> {
  const { serialNumber, usagePointId, timeZone = 'Asia/Seoul' } = meter;
  await service.tell(
    'device-registry',
    usagePointId,
    create(UsagePointRegisteredSchema, { usagePointId, timeZone, serviceKind: 1 }),
  );
  if (meter.keys) {
    const seal = (key: Uint8Array) => sealKey(key, serialNumber, Buffer.from(KEY_ENCRYPTION_KEY, 'hex'));
    const { encryptionKey, authenticationKey } = meter.keys;
    const keys = {
      serialNumber,
      sealedEncryptionKey: seal(encryptionKey),
      sealedAuthenticationKey: authenticationKey && seal(authenticationKey),
    };
    await service.tell('device-registry', serialNumber, create(MeterKeysSetSchema, keys));
  }
  const installedAt = timestampFromDate(meter.installedAt ?? new Date('2024-01-01T00:00:00Z'));
  await service.tell(
    'device-registry',
    usagePointId,
    create(MeterInstalledSchema, { serialNumber, usagePointId, installedAt }),
  );
  if (meter.removedAt) {
    const removedAt = timestampFromDate(meter.removedAt);
    await service.tell(
      'device-registry',
      usagePointId,
      create(MeterRemovedSchema, { serialNumber, usagePointId, removedAt }),
    );
  }
  const channels = [{ readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 }];
  await service.tell(
    'device-registry',
    serialNumber,
    create(MeterRegisteredSchema, {
      serialNumber,
      multiplier: '1',
      systemTitle: meter.systemTitle,
      channels,
      ...meter.registered,
    } as never),
  );
  const facts = meter.removedAt ? 2 : 1;
  await eventually(async () => {
    const { rows } = await service.database.query(
      `SELECT 1 FROM meter JOIN meter_movement USING (serial_number) JOIN usage_point USING (usage_point_id)
       WHERE serial_number = $1 AND ($2 OR EXISTS (SELECT FROM meter_key WHERE serial_number = $1))`,
      [serialNumber, meter.keys === undefined],
    );
    return rows.length >= facts;
  });
}

/** A meter's side of the TCP connection. */
export class MeterLine {
  readonly socket: Socket;
  readonly confirmed: number[] = [];
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new WrapperSplitter();
    socket.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) {
        if (isDecodeError(frame)) throw new Error(frame.message);
        const confirm = decodeDataNotificationConfirm(frame.payload);
        if (isDecodeError(confirm)) throw new Error(confirm.message);
        this.confirmed.push(confirm.invokeId.id);
      }
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => (this.closed = true));
  }

  static open(port: number): Promise<MeterLine> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true }, () =>
        resolve(new MeterLine(socket)),
      );
      socket.once('error', reject);
    });
  }

  send(apdu: Uint8Array): void {
    this.socket.write(encodeWrapper({ source: 1, destination: 1, payload: apdu }));
  }

  /** Sends, and waits until the head-end has confirmed the invoke id. */
  async push(apdu: Uint8Array, invokeId: number): Promise<void> {
    const before = this.confirmed.filter((id) => id === invokeId).length;
    this.send(apdu);
    await eventually(() => this.confirmed.filter((id) => id === invokeId).length > before);
  }

  close(): void {
    this.socket.destroy();
  }
}

export const IMPORT = { obis: '1.0.1.29.0.255', scaler: 0, unitCode: 30 };
export const REGISTER = { obis: '1.0.1.8.0.255', scaler: 0, unitCode: 30 };
export const QUARTER = 900_000;

/** A push of quarter-hour values from `start` on. */
export function profilePush(
  serialNumber: string,
  start: number,
  values: number[],
  more: Partial<LoadProfilePush> = {},
): Uint8Array {
  return encodeLoadProfilePush({
    serialNumber,
    invokeId: 1,
    confirmed: true,
    sentAt: start + values.length * QUARTER,
    intervalSeconds: 900,
    channels: [IMPORT],
    rows: values.map((value, i) => ({ start: start + i * QUARTER, values: [value] })),
    ...more,
  });
}

export function seal(
  apdu: Uint8Array,
  { systemTitle, keys }: TestMeter,
  invocationCounter: number,
): Uint8Array {
  return encryptGeneralGlo(apdu, { systemTitle: systemTitle!, keys: keys!, invocationCounter });
}

export async function eventually(check: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${withinMs} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
