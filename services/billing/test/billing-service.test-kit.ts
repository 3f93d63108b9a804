import { randomUUID } from 'node:crypto';
import { create, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  encodeEvent,
  factSubject,
  LoadProfileValidatedSchema,
  ServiceKind,
  UsagePointRegisteredSchema,
} from '@metermesh/contracts';
import { streamName, type EventStore } from '@metermesh/event-store';
import { connectNats, ensureStreams, writeFact } from '@metermesh/messaging';
import { localDay, Quality } from '@metermesh/metering';
import {
  boot,
  EVENT_STORE,
  generateClaimsKey,
  publicClaimsKeys,
  signClaims,
  type Claims,
  type Running,
} from '@metermesh/service-kit';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { Temporal } from 'temporal-polyfill';
import { BillingModule } from '../src/billing.module.ts';
import { environment } from '../src/environment.ts';

export const SEOUL = 'Asia/Seoul';
export const TARIFF = 'kepco/residential-low-voltage';

export interface GraphQLAnswer {
  data: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; retryable?: boolean } }[];
}

/** The service on real servers, and everything around it that a test plays: other services' facts, and callers. */
export class BillingService {
  #running?: Running;
  #key!: Awaited<ReturnType<typeof generateClaimsKey>>;
  #postgres!: TestPostgres;
  #nats!: TestNats;
  #database!: string;
  nats!: NatsConnection;

  static async start(): Promise<BillingService> {
    const service = new BillingService();
    [service.#postgres, service.#nats] = await Promise.all([startPostgres(), startNats()]);
    service.#database = await service.#postgres.createDatabase();
    service.#key = await generateClaimsKey();
    service.nats = await connectNats({ servers: service.#nats.url, name: 'test' });
    await ensureStreams(service.nats);
    await service.#boot();
    return service;
  }

  async #boot(): Promise<void> {
    const settings = environment({
      DATABASE_URL: this.#database,
      NATS_URL: this.#nats.url,
      HTTP_PORT: '0',
      LOG_LEVEL: 'silent',
      GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(this.#key)),
    });
    this.#running = await boot({
      name: 'billing',
      environment: settings,
      module: BillingModule.with(settings),
    });
  }

  async stop(): Promise<void> {
    await this.#running?.close();
    await this.nats.close();
    await this.#nats.stop();
    await this.#postgres.stop();
  }

  async ask(
    query: string,
    variables: Record<string, unknown>,
    claims: Partial<Claims> = operator,
  ): Promise<GraphQLAnswer> {
    const token = await signClaims(
      { subject: 'kim', roles: [], correlationId: randomUUID(), ...claims },
      this.#key,
    );
    const response = await fetch(`${this.#running!.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-metermesh-claims': token },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** Publishes a fact as another service's relay would. */
  async publish(service: string, key: string, event: Message, id: string = randomUUID()): Promise<void> {
    const { type, data } = encodeEvent(event);
    const subject = factSubject(service, type, key);
    const message = writeFact({ id, type, data, subject, service, position: '1' });
    await jetstream(this.nats).publish(subject, message.data, { headers: message.headers });
  }

  /** What was recorded about the household's cycles, in order. */
  async eventTypes({ agreementId }: Household): Promise<string[]> {
    const store = this.#running!.app.get<EventStore>(EVENT_STORE);
    const types: string[] = [];
    for await (const { type } of store.read(streamName('billing-cycle', `${agreementId}-2025-10-01`)))
      types.push(type.split('.').at(-1)!);
    return types;
  }

  /** Lets no projection go on, and so no mutation answer, until released. */
  async stallProjections(): Promise<{ release(): Promise<void> }> {
    const client = new pg.Client(this.#database);
    await client.connect();
    await client.query('BEGIN; SELECT * FROM service_kit.checkpoint FOR UPDATE');
    return { release: () => client.end() };
  }

  metrics(): Promise<string> {
    return fetch(`${this.#running!.url}/metrics`).then((response) => response.text());
  }
}

export const operator: Partial<Claims> = { roles: ['operator'] };
export const customer = (customerId: string): Partial<Claims> => ({ roles: ['customer'], customerId });

export interface Household {
  agreementId: string;
  customerId: string;
  usagePointId: string;
}

/** A household with identifiers of its own, so that tests do not meet. */
export function newHousehold(): Household {
  const suffix = randomUUID().slice(0, 8);
  return { agreementId: `AGR-${suffix}`, customerId: `CUST-${suffix}`, usagePointId: `UP-${suffix}` };
}

export const usagePointRegistered = ({ usagePointId }: Household, timeZone = SEOUL) =>
  create(UsagePointRegisteredSchema, {
    usagePointId,
    serviceKind: ServiceKind.ELECTRICITY,
    timeZone,
    address: 'Here',
  });

export const agreementStarted = (household: Household, startsOn: string, tariffId = TARIFF) =>
  create(AgreementStartedSchema, { ...household, tariffId, startsOn, billingDay: 1 });

export const agreementEnded = (household: Household, endsOn: string) =>
  create(AgreementEndedSchema, { ...household, endsOn });

/** A validated day whose hours are all `hourly` Wh, except those missing. */
export function loadProfileValidated(
  { usagePointId }: Household,
  date: string,
  hourly: number,
  { version = 1n, missing = 0, quality = Quality.Actual as number, timeZone = SEOUL } = {},
) {
  const { start, end } = localDay(date, timeZone);
  const hours = (end - start) / 3_600_000;
  return create(LoadProfileValidatedSchema, {
    usagePointId,
    localDate: date,
    timeZone,
    version,
    sourceEventIds: [randomUUID()],
    day: {
      readingType: 'active-energy-import',
      start: timestampFromMs(start),
      intervalSeconds: 3600,
      values: Array.from({ length: hours }, (_, hour) => (hour < missing ? 0 : hourly)),
      qualities: Uint8Array.from({ length: hours }, (_, hour) =>
        hour < missing ? Quality.Missing : quality,
      ),
    },
  });
}

export function datesOf(start: string, end: string): string[] {
  const first = Temporal.PlainDate.from(start);
  return Array.from({ length: first.until(end).days }, (_, days) => first.add({ days }).toString());
}
