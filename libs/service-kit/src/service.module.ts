import {
  Global,
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { EventStore } from '@metermesh/event-store';
import { connectNats, currentCorrelation, ensureStreams } from '@metermesh/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import type { JSONWebKeySet } from 'jose';
import { Logger as PinoLogger } from 'nestjs-pino';
import type pg from 'pg';
import { AccessController } from './access.controller.ts';
import { UsagePointAccess } from './access.ts';
import { claimsVerifier } from './claims.ts';
import { Commands } from './commands.ts';
import { DATABASE, migrate, openDatabase } from './database.ts';
import type { ServiceEnvironment } from './environment.ts';
import { openEventStore } from './event-store.ts';
import { Health, HealthController } from './health.ts';
import { loggingModule } from './logging.ts';
import { messagingLog } from './messaging-log.ts';
import { MetricsController } from './metrics.ts';
import { ProjectionHost, PROJECTIONS, type Projection } from './projections.ts';
import { RefusalFilter } from './refusal.filter.ts';
import { RELAYED, RelayHost, type IsRelayed } from './relay-host.ts';
import { subgraphModule } from './subgraph.ts';
import { CLAIMS_VERIFIER, ENVIRONMENT, EVENT_STORE, NATS, SERVICE_NAME } from './tokens.ts';

export interface ServiceSettings {
  /** Name of the service as in its folder, its subjects and its metrics. */
  name: string;
  environment: ServiceEnvironment;
  /** The service's folder, with `schema.graphql` and `migrations/`. */
  root: URL;
  /** Or a function that makes them, where a projection itself records what it found. */
  projections?: readonly Projection[] | MakeProjections;
  isRelayed?: IsRelayed;
}

export type MakeProjections = (store: EventStore) => readonly Projection[];

/** What every subgraph service stands on: database, event store, NATS, projections, relay, subgraph, health, metrics. */
@Global()
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(NATS) private readonly nats: NatsConnection,
    health: Health,
  ) {
    health.register('database', async () => void (await pool.query('SELECT 1')));
    health.register('nats', async () => void (await nats.rtt()));
  }

  static with({
    name,
    environment,
    root,
    projections = [],
    isRelayed = () => true,
  }: ServiceSettings): DynamicModule {
    const providers = [
      { provide: SERVICE_NAME, useValue: name },
      { provide: ENVIRONMENT, useValue: environment },
      {
        provide: PROJECTIONS,
        inject: [EVENT_STORE],
        useFactory: (store: EventStore) =>
          typeof projections === 'function' ? projections(store) : projections,
      },
      { provide: RELAYED, useValue: isRelayed },
      {
        provide: CLAIMS_VERIFIER,
        useFactory: () => claimsVerifier(environment.GATEWAY_JWKS as unknown as JSONWebKeySet),
      },
      {
        provide: DATABASE,
        useFactory: async () => {
          const logger = new Logger('Database');
          const pool = openDatabase(environment.DATABASE_URL, (error) =>
            logger.warn({ err: error }, 'Lost a connection'),
          );
          try {
            await migrate(pool, new URL('migrations/', root));
            return pool;
          } catch (error) {
            await pool.end();
            throw error;
          }
        },
      },
      {
        provide: EVENT_STORE,
        inject: [DATABASE],
        useFactory: (pool: pg.Pool) => openEventStore(environment, pool),
      },
      {
        provide: NATS,
        // After the event store, so that no connection is left behind where that cannot be opened.
        inject: [PinoLogger, EVENT_STORE],
        useFactory: async (logger: PinoLogger) => {
          const connection = await connectNats({
            servers: environment.NATS_URL,
            name,
            log: messagingLog(logger),
          });
          await ensureStreams(connection);
          return connection;
        },
      },
      Commands,
      Health,
      ProjectionHost,
      RelayHost,
      UsagePointAccess,
    ];
    return {
      module: ServiceModule,
      imports: [
        loggingModule(name, environment.LOG_LEVEL, () => currentCorrelation()?.correlationId),
        subgraphModule(new URL('schema.graphql', root)),
      ],
      controllers: [HealthController, MetricsController, AccessController],
      providers: [...providers, { provide: APP_FILTER, useClass: RefusalFilter }],
      exports: providers,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
    await this.nats.close();
    await this.pool.end();
  }
}
