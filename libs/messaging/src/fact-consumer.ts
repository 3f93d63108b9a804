import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  ReplayPolicy,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { buryMessage, replayedFor } from './dead-letters.ts';
import { drain } from './drain.ts';
import { MalformedFact, readFact, type Fact } from './fact.ts';
import type { Log } from './log.ts';
import { backOff, pause } from './pause.ts';
import { ensureStreams, FACTS, type StreamSettings } from './streams.ts';

export interface DeliverySettings {
  /** Milliseconds before the second, third, … attempt; after the last of them fails the fact is a dead letter. */
  retryAfter?: readonly number[];
  /** Milliseconds without a sign of life of its handler after which a fact is given to another replica. */
  ackWait?: number;
  streams?: StreamSettings;
}

export interface FactConsumerOptions extends DeliverySettings {
  connection: NatsConnection;
  service: string;
  /** Subjects to take facts from. */
  filter: string;
  log: Log;
  handle(fact: Fact, message: JsMsg): Promise<void>;
}

const RETRY_AFTER = [1_000, 5_000, 30_000, 120_000, 600_000];
/** What a fact waits when a replica is killed in the middle of it: long for a busy event loop, short for who waits for a bill. */
const ACK_WAIT = 5_000;
const CONSUMER_ALREADY_EXISTS = 10148;

/**
 * A durable consumer: hands over one fact after the other and acknowledges each when its handler is done. The server lets
 * only one fact be under way, over all replicas and retries, which is what keeps the order.
 */
export class FactConsumer {
  readonly name: string;
  readonly #options: FactConsumerOptions;
  readonly #stopping = new AbortController();
  readonly #retryAfter: readonly number[];
  readonly #ackWait: number;
  #consumer?: Consumer;
  #messages?: ConsumerMessages;
  #running: Promise<void> = Promise.resolve();

  constructor(options: FactConsumerOptions) {
    this.#options = options;
    this.#retryAfter = options.retryAfter ?? RETRY_AFTER;
    this.#ackWait = options.ackWait ?? ACK_WAIT;
    this.name = durableName(options.service, options.filter);
  }

  /** Makes the consumer on the server and begins; resolves when it exists. */
  async start(): Promise<void> {
    this.#consumer = await this.#ensureConsumer();
    this.#running = this.#run();
  }

  /** Gives up the present pull, to begin anew: for when the server may have forgotten it, or the consumer. */
  renew(): void {
    this.#consumer = undefined;
    this.#messages?.stop();
  }

  /**
   * Takes no more facts; resolves when the one under way is done. One that the server has already sent is handled, too:
   * nats-server 2.9 would keep a fact that is handed back now until its wait for an acknowledgement is over.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await drain(this.#messages);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        this.#consumer ??= await this.#ensureConsumer();
        this.#messages = await this.#consumer.fetch({ max_messages: 1_000, expires: 30_000 });
        if (signal.aborted) this.renew();
        failures = 0;
        for await (const message of this.#messages) await this.#take(message);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        this.#consumer = undefined;
        this.#options.log.warn({ err: error, consumer: this.name }, 'Facts cannot be fetched; trying again');
        await pause(Math.min(backOff(failures), 2_000), signal);
      }
    }
  }

  async #ensureConsumer(): Promise<Consumer> {
    const { connection, filter, streams } = this.#options;
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const config = {
      durable_name: this.name,
      filter_subject: filter,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#ackWait),
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      max_ack_pending: 1,
      max_deliver: -1,
    };
    const info = await manager.consumers.add(FACTS, config).catch(async (error: unknown) => {
      if (!(error instanceof JetStreamApiError)) throw error;
      // From nats-server 2.10 on, what a newer release sets otherwise must be asked for as an update.
      if (error.code === CONSUMER_ALREADY_EXISTS) return manager.consumers.update(FACTS, this.name, config);
      if (error.code !== JetStreamApiCodes.StreamNotFound) throw error;
      await ensureStreams(connection, streams);
      return manager.consumers.add(FACTS, config);
    });
    return jetstream(connection).consumers.getConsumerFromInfo(info);
  }

  async #take(message: JsMsg): Promise<void> {
    const replay = replayedFor(message.headers);
    if (replay !== undefined && replay !== this.name) return message.ack();
    // Should handling outlast the wait, the server must not give the fact to another replica.
    const alive = setInterval(() => message.working(), this.#ackWait / 3).unref();
    try {
      await this.#handle(message);
    } finally {
      clearInterval(alive);
    }
  }

  async #handle(message: JsMsg): Promise<void> {
    const attempt = message.info.deliveryCount;
    try {
      // Delivered far more often than it failed: handling it must have ended the process.
      if (attempt > 2 * (this.#retryAfter.length + 1)) throw new HandlerNeverReturned(attempt);
      await this.#options.handle(readFact(message), message);
      message.ack();
    } catch (error) {
      const hopeless = error instanceof MalformedFact || error instanceof HandlerNeverReturned;
      const again = hopeless ? undefined : this.#retryAfter[attempt - 1];
      this.#options.log.error(
        { err: error, consumer: this.name, subject: message.subject, attempt, retryAfter: again },
        again === undefined ? 'A fact is set aside as a dead letter' : 'A fact could not be handled',
      );
      if (again === undefined) await this.#bury(message, error);
      else message.nak(again);
    }
  }

  /** Only when the dead letter is stored may the fact be forgotten; until then it is delivered again. */
  async #bury(message: JsMsg, error: unknown): Promise<void> {
    const { connection, service, streams } = this.#options;
    try {
      await ensureStreams(connection, streams);
      await buryMessage(connection, message, { error, service, consumer: this.name });
      message.term();
    } catch (failure) {
      this.#options.log.error({ err: failure, consumer: this.name }, 'The dead letter could not be stored');
      message.nak(1_000);
    }
  }
}

class HandlerNeverReturned extends Error {
  readonly code = 'HANDLER_NEVER_RETURNED';

  constructor(deliveries: number) {
    super(`Delivered ${deliveries} times without an answer: handling it may have ended the process.`);
  }
}

/** Names of durables may hold neither dots nor wildcards. */
function durableName(service: string, filter: string): string {
  return `${service}_${filter.replaceAll('.', '_').replaceAll('*', 'all').replaceAll('>', 'rest')}`;
}
