import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { drain } from './drain.ts';
import type { Log } from './log.ts';
import { backOff, pause } from './pause.ts';
import { ensureStream } from './streams.ts';

export interface WorkQueueOptions {
  connection: NatsConnection;
  /** Name of the stream, and of its only consumer, which replicas share. */
  name: string;
  subjects: readonly string[];
  /** How long a message waits for a service that is away. */
  days: number;
  /** How many messages are handled side by side, over all replicas. */
  atOnce: number;
  /** Milliseconds without a sign of life of its handler after which a message is given to another replica. */
  ackWait?: number;
  log: Log;
  /** When it resolves the message is done with and forgotten; when it rejects the message comes again, for ever. */
  handle(message: WorkMessage): Promise<void>;
}

export interface WorkMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the server stored it, milliseconds since 1970. */
  readonly receivedAt: number;
  /** 1 the first time. */
  readonly attempt: number;
}

const ACK_WAIT = 30_000;
const LONGEST_PAUSE = 60_000;
const DAY = 86_400_000;

/** Messages that each have to be handled once, in any order: kept by JetStream until that is done. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #ackWait: number;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #consumer?: Consumer;
  #messages?: ConsumerMessages;
  #running: Promise<void> = Promise.resolve();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#ackWait = options.ackWait ?? ACK_WAIT;
  }

  /** Whether it takes messages at present. */
  get isRunning(): boolean {
    return this.#consumer !== undefined;
  }

  start(): void {
    this.#running = this.#run();
    void this.#renewAfterDisconnects();
  }

  /** Takes no more messages; resolves when those under way are done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await drain(this.#messages);
    await this.#running;
    await Promise.all(this.#underWay);
    // The last acknowledgements are still in the connection's buffer.
    await this.#options.connection.flush().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { name, log, atOnce } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      try {
        this.#consumer ??= await this.#ensureConsumer();
        this.#messages = await this.#consumer.fetch({ max_messages: atOnce, expires: 30_000 });
        if (signal.aborted) this.#messages.stop();
        failures = 0;
        for await (const message of this.#messages) this.#start(message);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        this.#consumer = undefined;
        log.warn({ err: error, stream: name }, 'Messages cannot be fetched; trying again');
        await pause(Math.min(backOff(failures), 2_000), signal);
      }
    }
  }

  async #ensureConsumer(): Promise<Consumer> {
    const { connection, name, subjects, days, atOnce } = this.#options;
    await ensureStream(connection, {
      name,
      subjects: [...subjects],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: nanos(days * DAY),
    });
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const info = await manager.consumers.add(name, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#ackWait),
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      max_ack_pending: atOnce,
      max_deliver: -1,
    });
    return jetstream(connection).consumers.getConsumerFromInfo(info);
  }

  #start(message: JsMsg): void {
    const work = this.#take(message).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #take(message: JsMsg): Promise<void> {
    // Should handling outlast the wait, the server must not give the message to another replica.
    const alive = setInterval(() => message.working(), this.#ackWait / 3).unref();
    const attempt = message.info.deliveryCount;
    try {
      const { subject, data } = message;
      await this.#options.handle({ subject, data, receivedAt: message.time.getTime(), attempt });
      message.ack();
    } catch (error) {
      const again = Math.min(backOff(attempt), LONGEST_PAUSE);
      this.#options.log.error(
        { err: error, stream: this.#options.name, attempt, retryAfter: again },
        'A message could not be handled',
      );
      message.nak(again);
    } finally {
      clearInterval(alive);
    }
  }

  /** The server may have forgotten the present pull, or the consumer. */
  async #renewAfterDisconnects(): Promise<void> {
    for await (const status of this.#options.connection.status()) {
      if (this.#stopping.signal.aborted) return;
      if (status.type !== 'disconnect') continue;
      this.#consumer = undefined;
      this.#messages?.stop();
    }
  }
}
