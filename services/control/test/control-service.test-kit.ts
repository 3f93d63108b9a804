import { create, fromBinary, toBinary, type Message } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  encodeEvent,
  factSubject,
  MeterInstalledSchema,
  MeterRemovedSchema,
  OperateSwitch,
  SwitchAction,
} from '@metermesh/contracts';
import { connectNats, writeFact } from '@metermesh/messaging';
import {
  boot,
  generateClaimsKey,
  publicClaimsKeys,
  signClaims,
  type Role,
  type Running,
} from '@metermesh/service-kit';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { ControlModule } from '../src/control.module.ts';
import { environment } from '../src/environment.ts';

export interface Control {
  id: string;
  status: string;
  approvedBy: string | null;
  kind: string;
  reason: string;
  requestedBy: string;
  bill: { id: string } | null;
  failure: { code: string } | null;
  history: { status: string; by: string | null }[];
}

let postgres: TestPostgres;
let nats: TestNats;
let connection: NatsConnection;
let key: JWK;
export let service: Running;
export let databaseUrl: string;

/** The head-end's side of the question: a switch that does what it is told, unless told otherwise. */
export const headEnd = {
  connected: true,
  obeys: true,
  silent: false,
  asked: [] as SwitchAction[],
  askedMeters: [] as string[],
  holdsForMs: NaN,
  correlationId: '',
};

/** The service on real servers, with a head-end and everybody else played by the test. */
export async function startControl(): Promise<void> {
  [postgres, nats, key] = await Promise.all([startPostgres(), startNats(), generateClaimsKey()]);
  connection = await connectNats({ servers: nats.url, name: 'test' });
  databaseUrl = await postgres.createDatabase();
  service = await start();
  answerForHeadEnd();
}

export async function stopControl(): Promise<void> {
  await service.close();
  await connection.close();
  await Promise.all([postgres.stop(), nats.stop()]);
}

/** @param between what happens while it is down */
export async function restartControl(between: () => void): Promise<void> {
  await service.close();
  between();
  service = await start();
}

export function resetHeadEnd(): void {
  Object.assign(headEnd, { connected: true, obeys: true, silent: false, asked: [], askedMeters: [] });
}

function start(): Promise<Running> {
  const settings = environment({
    HTTP_PORT: '0',
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.url,
    GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(key)),
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    SWITCH_TIMEOUT_MS: '500',
    SWITCH_RETRY_MS: '200',
  });
  return boot({ name: 'control', environment: settings, module: ControlModule.with(settings) });
}

function answerForHeadEnd(): void {
  connection.subscribe(OperateSwitch.subject, {
    callback: (_error, message) => {
      const { action, serialNumber, notAfter } = fromBinary(OperateSwitch.request, message.data);
      headEnd.asked.push(action);
      headEnd.askedMeters.push(serialNumber);
      headEnd.correlationId = message.headers?.get('ce-correlationid') ?? '';
      headEnd.holdsForMs = timestampMs(notAfter!) - Date.now();
      if (action !== SwitchAction.READ && headEnd.obeys)
        headEnd.connected = action === SwitchAction.RECONNECT;
      if (headEnd.silent) return;
      const answer = {
        outputConnected: headEnd.connected,
        controlState: 0,
        readAt: timestampFromMs(Date.now()),
      };
      message.respond(toBinary(OperateSwitch.answer, create(OperateSwitch.answer, answer)));
    },
  });
}

/** Tells the service of what happened elsewhere, as the relay of that service would. */
export async function tell(
  service: 'device-registry' | 'customer-care' | 'billing',
  key: string,
  event: Message,
  id: string = randomUUID(),
): Promise<void> {
  const fact = encodeEvent(event);
  const subject = factSubject(service, fact.type, key);
  const { headers, data } = writeFact({ ...fact, id, subject, service, position: '1' });
  await jetstream(connection).publish(subject, data, { headers });
}

export async function givenInstalledMeter(): Promise<string> {
  const usagePointId = `UP-${randomUUID()}`;
  await install(`MM-${usagePointId}`, usagePointId, 1);
  return usagePointId;
}

export const install = (
  serialNumber: string,
  usagePointId: string,
  at: number,
  readingTypes = ['active-energy-import'],
) =>
  tell(
    'device-registry',
    usagePointId,
    create(MeterInstalledSchema, {
      serialNumber,
      usagePointId,
      installedAt: timestampFromMs(at),
      readingTypes,
    }),
  );
export const remove = (serialNumber: string, usagePointId: string) =>
  tell(
    'device-registry',
    usagePointId,
    create(MeterRemovedSchema, { serialNumber, usagePointId, removedAt: timestampFromMs(Date.now()) }),
  );

export async function ask<Data>(
  who: { subject: string; roles: Role[]; customerId?: string },
  query: string,
): Promise<Data> {
  const claims = await signClaims({ ...who, correlationId: 'test' }, key);
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-metermesh-claims': claims },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data: Data;
    errors?: { extensions: { code: string } }[];
  };
  if (errors) throw Object.assign(new Error(JSON.stringify(errors)), { code: errors[0]!.extensions.code });
  return data;
}

export const operator = { subject: 'kim', roles: ['operator'] as Role[] };
export const supervisor = { subject: 'lee', roles: ['supervisor'] as Role[] };
const FIELDS =
  '{ id kind status reason requestedBy approvedBy bill { id } failure { code } history { status by } }';

export async function request(usagePointId: string, extra = ''): Promise<Control> {
  const input = `{ usagePointId: "${usagePointId}", reason: "vacant" ${extra} }`;
  const mutation = `mutation { requestRemoteDisconnect(input: ${input}) ${FIELDS} }`;
  return eventually(
    async () => (await ask<{ requestRemoteDisconnect: Control }>(operator, mutation)).requestRemoteDisconnect,
    'METER_NOT_INSTALLED',
  );
}

export const approve = (id: string, who = supervisor) =>
  ask(who, `mutation { approveEndDeviceControl(id: "${id}") { id } }`);
export const read = async (id: string) =>
  (await ask<{ endDeviceControl: Control }>(operator, `{ endDeviceControl(id: "${id}") ${FIELDS} }`))
    .endDeviceControl;
export const switchState = async (usagePointId: string) => {
  const query = `{ _entities(representations: [{ __typename: "UsagePoint", id: "${usagePointId}" }]) { ... on UsagePoint { switchState { state readAt pending { id } } } } }`;
  const { _entities } = await ask<{ _entities: { switchState: { state: string; pending: unknown } }[] }>(
    operator,
    query,
  );
  return _entities[0]!.switchState;
};

export async function untilStatus(id: string, status: string): Promise<Control> {
  return eventually(async () => {
    const control = await read(id);
    if (control.status !== status)
      throw Object.assign(new Error(`is ${control.status}`), { code: 'NOT_YET' });
    return control;
  }, 'NOT_YET');
}

export async function eventually<Result>(attempt: () => Promise<Result>, whileCode: string): Promise<Result> {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || (error as { code?: string }).code !== whileCode) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
