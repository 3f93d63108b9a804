import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromBinary, toBinary, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  encodeEvent,
  factSubject,
  LoadProfileValidatedSchema,
  RateUsage,
  ServiceKind,
  UsagePointRegisteredSchema,
  type RateUsageRequest,
} from '@metermesh/contracts';
import { connectNats, writeFact } from '@metermesh/messaging';
import { localDay, intervalsIn, Quality } from '@metermesh/metering';
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
import { CustomerCareModule } from '../src/customer-care.module.ts';
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

/** A customer-care on real servers of its own, beside which the test speaks for the other services. */
export async function startCustomerCare() {
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
  });
  const start = () =>
    boot({ name: 'customer-care', environment: settings, module: CustomerCareModule.with(settings) });
  const replicas: Running[] = [await start()];
  const logged: unknown[][] = [];
  const log = (...line: unknown[]) => void logged.push(line);
  replicas[0]!.app.useLogger({ log, error: log, warn: log, debug: log, verbose: log, fatal: log });

  const publish = async (service: string, streamId: string, event: Message) => {
    const { type, data } = encodeEvent(event);
    const subject = factSubject(service, type, streamId);
    const { headers } = writeFact({ id: randomUUID(), type, data, subject, service, position: '1' });
    await jetstream(nats).publish(subject, data, { headers });
  };

  return {
    nats,
    /** Everything that the first replica has logged. */
    logged,
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
    /** What device-registry says of a new usage point. */
    usagePointRegistered: (usagePointId: string, timeZone = 'Asia/Seoul') =>
      publish(
        'device-registry',
        usagePointId,
        create(UsagePointRegisteredSchema, {
          usagePointId,
          serviceKind: ServiceKind.ELECTRICITY,
          timeZone,
          address: 'Jong-ro 1',
        }),
      ),
    /** What ingestion says of a local day: `each` Wh in every quarter hour, of which the last `missing` are not known. */
    dayValidated: (
      usagePointId: string,
      date: string,
      each: number,
      { missing = 0, version = 1n, channel = 'active-energy-import' } = {},
    ) => {
      const day = localDay(date, 'Asia/Seoul');
      const length = intervalsIn(day, 900);
      const isKnown = (interval: number) => interval < length - missing;
      const qualities = Uint8Array.from({ length }, (_, i) =>
        isKnown(i) ? Quality.Actual : Quality.Missing,
      );
      return publish(
        'ingestion',
        usagePointId,
        create(LoadProfileValidatedSchema, {
          usagePointId,
          localDate: date,
          timeZone: 'Asia/Seoul',
          version,
          day: {
            readingType: channel,
            start: timestampFromMs(day.start),
            intervalSeconds: 900,
            values: Array.from({ length }, (_, i) => (isKnown(i) ? each : 0)),
            qualities,
          },
        }),
      );
    },
    /** Answers in place of billing: 1020 won up to now, and 100 for each kWh that is expected. Until the answered function is called. */
    billingAnswers: (asked: RateUsageRequest[] = []) => {
      const subscription = nats.subscribe(RateUsage.subject, {
        callback: (_error, message) => {
          const request = fromBinary(RateUsage.request, message.data);
          asked.push(request);
          const total = request.expected ? String(Math.round(Number(request.expected) * 100)) : '1020';
          message.respond(toBinary(RateUsage.answer, create(RateUsage.answer, { total, currency: 'KRW' })));
        },
      });
      return () => subscription.unsubscribe();
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
