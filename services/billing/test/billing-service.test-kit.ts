import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@bufbuild/protobuf';
import { encodeEvent, factSubject } from '@metermesh/contracts';
import { streamName, type EventStore } from '@metermesh/event-store';
import { connectNats, ensureStreams, writeFact } from '@metermesh/messaging';
import {
  boot,
  DATABASE,
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
import { BillingModule } from '../src/billing.module.ts';
import { environment } from '../src/environment.ts';
import {
  agreementStarted,
  loadProfileValidated,
  newHousehold,
  usagePointRegistered,
  type Household,
} from './household-facts.ts';

/** Long enough for servers to start on a busy machine. */
export const STARTING_MS = 120_000;

export interface GraphQLAnswer {
  data: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; retryable?: boolean } }[];
}

const CLOSE = `mutation ($agreementId: ID!, $periodStart: Date!) {
  closeBillingCycle(agreementId: $agreementId, periodStart: $periodStart) {
    status periodStart periodEnd holdReasons { code message } agreement { id }
    bill {
      id total currency tariffId issuedBy issuedAt customer { id } usagePoint { id }
      lines { code charge description quantity unit rate amount unrounded from to days ofDays tier timeOfUse season }
      determinants { code quantity unit days { date quantity version eventId eventPosition missingIntervals estimatedIntervals suspectIntervals readings { id } } }
    }
  }
}`;

export interface Cycle {
  status: string;
  periodStart: string;
  periodEnd: string;
  holdReasons: { code: string; message: string }[];
  bill: null | {
    id: string;
    total: string;
    lines: Record<string, unknown>[];
    determinants: {
      quantity: string;
      days: {
        date: string;
        version: number;
        eventId: string;
        eventPosition: string;
        readings: { id: string }[];
      }[];
    }[];
    issuedAt: string;
  };
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

  async #boot(changed: NodeJS.ProcessEnv = {}): Promise<void> {
    const settings = environment({
      DATABASE_URL: this.#database,
      NATS_URL: this.#nats.url,
      HTTP_PORT: '0',
      REBILL_QUIET_SECONDS: '0.3',
      LOG_LEVEL: 'silent',
      GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(this.#key)),
      ...changed,
    });
    this.#running = await boot({
      name: 'billing',
      environment: settings,
      module: BillingModule.with(settings),
    });
  }

  /** Ends the service as a deployment would, and starts it again on what it has stored. */
  async restart(settings: NodeJS.ProcessEnv = {}): Promise<void> {
    await this.#running?.close();
    await this.#boot(settings);
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

  /** A household at a registered usage point; its readings are the test's own affair. */
  async settle(startsOn = '2025-01-01', tariffId?: string): Promise<Household> {
    const household = newHousehold();
    await this.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await this.publish(
      'customer-care',
      household.agreementId,
      agreementStarted(household, startsOn, tariffId),
    );
    return household;
  }

  async publishDays(household: Household, dates: readonly string[], hourly: number): Promise<void> {
    for (const date of dates)
      await this.publish('ingestion', household.usagePointId, loadProfileValidated(household, date, hourly));
  }

  async close(
    { agreementId }: Household,
    periodStart: string,
    claims?: Partial<Claims>,
  ): Promise<GraphQLAnswer> {
    return this.ask(CLOSE, { agreementId, periodStart }, claims);
  }

  async closeUntil(
    household: Household,
    periodStart: string,
    isWanted: (cycle: Cycle) => boolean,
  ): Promise<Cycle> {
    const attempt = () => this.close(household, periodStart);
    return cycleOf(await until(attempt, (answer) => !!answer.data && isWanted(cycleOf(answer))));
  }

  /** What was recorded about the household's cycles, in order. */
  async eventTypes({ agreementId }: Household): Promise<string[]> {
    const store = this.#running!.app.get<EventStore>(EVENT_STORE);
    const types: string[] = [];
    for await (const { type } of store.read(streamName('billing-cycle', `${agreementId}-2025-10-01`)))
      types.push(type.split('.').at(-1)!);
    return types;
  }

  /** What the running service has under an injection token. */
  provided<Provided>(token: Parameters<Running['app']['get']>[0]): Provided {
    return this.#running!.app.get<Provided>(token as never, { strict: false });
  }

  /** Lets what happens meanwhile be checked only by the service that is started afterwards. */
  async checkingLater(during: () => Promise<void>): Promise<void> {
    await this.restart({ REBILL_QUIET_SECONDS: '3600' });
    try {
      await during();
    } finally {
      await this.restart();
    }
    await this.#running!.app.get<pg.Pool>(DATABASE).query('UPDATE rebill_check SET due_at = now()');
  }

  /** How many checks of a household's bills are still to be made. */
  async rebillChecks({ agreementId }: Household, where = 'true'): Promise<number> {
    const pool = this.#running!.app.get<pg.Pool>(DATABASE);
    const { rowCount } = await pool.query(`SELECT FROM rebill_check WHERE agreement_id = $1 AND ${where}`, [
      agreementId,
    ]);
    return rowCount ?? 0;
  }

  /** How many of them wait for a bill. */
  waitingChecks = (household: Household) => this.rebillChecks(household, `due_at = 'infinity'`);

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

export const cycleOf = (answer: GraphQLAnswer) => answer.data!['closeBillingCycle'] as Cycle;
export const codeOf = ({ errors }: GraphQLAnswer) => errors?.[0]?.extensions.code;
export const isBilled = ({ status }: Cycle) => status === 'BILLED';

/** Facts take a moment: asks until the answer is as wanted, or for twenty seconds. */
export async function until<Answer>(
  attempt: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  let answer: Answer | undefined;
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    answer = await attempt();
    if (isWanted(answer)) return answer;
  }
  throw new Error(`Never as wanted: ${JSON.stringify(answer)}`);
}
