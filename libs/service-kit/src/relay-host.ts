import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { factSubject } from '@metermesh/contracts';
import type { EventStore, RecordedEvent } from '@metermesh/event-store';
import { relay } from '@metermesh/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger as PinoLogger } from 'nestjs-pino';
import type pg from 'pg';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { DATABASE } from './database.ts';
import { messagingLog } from './messaging-log.ts';
import { EVENT_STORE, NATS, SERVICE_NAME } from './tokens.ts';

const CHECKPOINT = 'relay';

/** Which of a service's events become facts on NATS: all, unless the service says otherwise. */
export const RELAYED = Symbol('RELAYED');
export type IsRelayed = (event: RecordedEvent) => boolean;

/** Publishes the service's events as facts, from the event store and never from the code that decided them. */
@Injectable()
export class RelayHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(SERVICE_NAME) private readonly service: string,
    @Inject(RELAYED) private readonly isRelayed: IsRelayed,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = relay({
      store: this.store,
      connection: this.connection,
      service: this.service,
      signal: this.stopping.signal,
      log: messagingLog(this.logger),
      subjectOf: (event) =>
        this.isRelayed(event) ? factSubject(this.service, event.type, event.stream.id) : undefined,
      checkpoint: {
        load: () => loadCheckpoint(this.pool, CHECKPOINT),
        save: (position) => saveCheckpoint(this.pool, CHECKPOINT, position),
      },
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }
}
