import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { messagingLog, NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from 'nestjs-pino';
import { FactFeed } from './fact-feed.ts';
import { LIVE_FIELDS } from './live-fields.ts';

/** Runs the feed of every live field while this process runs. */
@Injectable()
export class LiveFeeds implements OnModuleInit, BeforeApplicationShutdown {
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
    this.running = Promise.all(
      [...this.feeds.values()].map((feed) => feed.run(this.connection, this.stop.signal)),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.connection.close();
  }
}
