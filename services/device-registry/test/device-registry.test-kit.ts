import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { AgreementStartedSchema, encodeEvent, factSubject } from '@metermesh/contracts';
import { connectNats, writeFact } from '@metermesh/messaging';
import {
  boot,
  DATABASE,
  generateClaimsKey,
  publicClaimsKeys,
  signClaims,
  type Claims,
  type Running,
} from '@metermesh/service-kit';
import { startNats, startPostgres } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import type pg from 'pg';
import { DeviceRegistryModule } from '../src/device-registry.module.ts';
import { environment } from '../src/environment.ts';

type Who = Omit<Claims, 'correlationId'>;
export const operator: Who = { subject: 'op-1', roles: ['operator'] };
export const customer = (customerId: string): Who => ({
  subject: `user-${customerId}`,
  roles: ['customer'],
  customerId,
});

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data?: any;
  errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

/** Codes of the errors in an answer. */
export const codes = ({ errors }: Answer): string[] =>
  (errors ?? []).map(({ extensions }) => extensions.code);

/** A device-registry on real servers of its own. */
export async function startRegistry() {
  const [postgres, server] = await Promise.all([startPostgres(), startNats()]);
  const key = await generateClaimsKey();
  const nats = await connectNats({ servers: server.url, name: 'test' });
  const settings = environment({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    HTTP_PORT: '0',
    DATABASE_URL: await postgres.createDatabase(),
    NATS_URL: server.url,
    GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(key)),
    KEY_ENCRYPTION_KEY: '0f'.repeat(32),
  });
  const start = () =>
    boot({ name: 'device-registry', environment: settings, module: DeviceRegistryModule.with(settings) });
  const replicas: Running[] = [await start()];

  return {
    settings,
    nats,
    url: replicas[0]!.url,
    pool: replicas[0]!.app.get<pg.Pool>(DATABASE),
    startReplica: async () => {
      const replica = await start();
      replicas.push(replica);
      return replica;
    },
    ask: async (
      query: string,
      variables: object = {},
      who = operator,
      url = replicas[0]!.url,
    ): Promise<Answer> => {
      const claims = await signClaims({ ...who, correlationId: randomUUID() }, key);
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-metermesh-claims': claims },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    /** What customer-care says when a customer begins to pay for a usage point. */
    agreementStarts: async (customerId: string, usagePointId: string, startsOn: string) => {
      const id = randomUUID();
      const event = create(AgreementStartedSchema, {
        agreementId: id,
        customerId,
        usagePointId,
        startsOn,
        billingDay: 1,
      });
      const { type, data } = encodeEvent(event);
      const subject = factSubject('customer-care', type, id);
      const { headers } = writeFact({ id, type, data, subject, service: 'customer-care', position: '1' });
      await jetstream(nats).publish(subject, data, { headers });
    },
    stop: async () => {
      await Promise.all(replicas.map((replica) => replica.close()));
      await nats.close();
      await Promise.all([postgres.stop(), server.stop()]);
    },
  };
}

export async function until(condition: () => boolean | Promise<boolean>, within = 15_000): Promise<void> {
  for (const deadline = Date.now() + within; !(await condition()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`Waited ${within} ms in vain for ${condition}`);
  }
}
