import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { messagingLog, NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from 'nestjs-pino';
import { Gauge } from 'prom-client';
import { FactFeed } from './fact-feed.ts';
import { LIVE_FIELDS } from './live-fields.ts';

/** Runs the feed of every live field while this process runs. */
@Injectable()
export class LiveFeeds implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly feeds: ReadonlyMap<string, FactFeed>;
  private readonly stop = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(NATS) private readonly connection: NatsConnection,
    logger: Logger,
  ) {
    this.feeds = new Map(
      Object.entries(LIVE_FIELDS).map(([name, field]) => [name, new FactFeed(field, messagingLog(logger))]),
    );
  }

  onModuleInit(): void {
    const { feeds } = this;
    new Gauge({
      name: 'metermesh_gateway_subscribers',
      help: 'Subscriptions being told of facts now',
      labelNames: ['field'],
      collect() {
        for (const [field, feed] of feeds) this.set({ field }, feed.subscribers);
      },
    });
    this.running = Promise.all(
      [...this.feeds.values()].map((feed) => feed.run(this.connection, this.stop.signal)),
    );
  }

  /** Comes before the HTTP server drains, which waits for every listener to have been let go. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
