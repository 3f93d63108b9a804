import { BaseRpcContext, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { FACT_PARTITIONS } from '@metermesh/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { lastValueFrom } from 'rxjs';
import type { JsMsg } from '@nats-io/jetstream';
import { withCorrelation } from './correlation.ts';
import { FactConsumer, type DeliverySettings } from './fact-consumer.ts';
import type { Fact } from './fact.ts';
import { silentLog, type Log } from './log.ts';
import { JETSTREAM, type OnFactOptions } from './on-fact.ts';
import { backOff, pause } from './pause.ts';
import { ensureStreams } from './streams.ts';
import { inSpanOf } from './tracing.ts';

export interface JetStreamStrategyOptions extends DeliverySettings {
  connection: NatsConnection;
  /** Replicas of one service share its consumers. */
  service: string;
  log?: Log;
  /** Milliseconds that handlers under way have to end when the application stops. */
  stopWithin?: number;
}

/** Nest transport whose event handlers ({@link OnFact}) are durable JetStream consumers. */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  // Nest would otherwise log what a handler throws, which this strategy does, with more to say.
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: JetStreamStrategyOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #consumers: FactConsumer[] = [];

  constructor(options: JetStreamStrategyOptions) {
    super();
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  /** Calls back when every consumer exists and facts flow, or could not be made because the strategy was closed. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const { connection, streams } = this.#options;
      await this.#untilDone('The streams cannot be made yet', () => ensureStreams(connection, streams));
      this.#consumers = [...this.messageHandlers].flatMap(([pattern, handler]) =>
        filtersOf(pattern, handler.extras).map((filter) => this.#consumer(pattern, filter)),
      );
      await Promise.all(
        this.#consumers.map((each) => this.#untilDone('A consumer cannot be made yet', () => each.start())),
      );
      void this.#renewAfterDisconnects();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Takes no more facts, waits for the handlers under way, and leaves the connection to its owner. */
  async close(): Promise<void> {
    this.#stopping.abort();
    const stopped = Promise.all(this.#consumers.map((each) => each.stop())).then(() => true);
    const deadline = new AbortController();
    const overdue = pause(this.#options.stopWithin ?? 15_000, deadline.signal).then(() => false);
    if (!(await Promise.race([stopped, overdue]))) {
      this.#log.warn({}, 'Handlers did not end in time; their facts will be delivered again');
    }
    deadline.abort();
    // The last acknowledgements are still in the connection's buffer.
    await this.#options.connection.flush().catch(() => undefined);
  }

  override on(): never {
    throw new Error('The JetStream transport has no events of its own; watch the connection’s status().');
  }

  override unwrap<Native = NatsConnection>(): Native {
    return this.#options.connection as Native;
  }

  #consumer(pattern: string, filter: string): FactConsumer {
    const handle = (fact: Fact, message: JsMsg) => this.#handle(pattern, fact, message);
    return new FactConsumer({ ...this.#options, log: this.#log, filter, handle });
  }

  #handle(pattern: string, fact: Fact, message: JsMsg): Promise<void> {
    const span = {
      name: `process ${pattern}`,
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.type': 'process',
        'messaging.destination.name': fact.subject,
        'messaging.message.id': fact.id,
      },
    };
    const correlation = { correlationId: fact.correlationId, causationId: fact.id, actor: fact.actor };
    return withCorrelation(correlation, () =>
      inSpanOf(message.headers, span, async () => {
        const handler = this.messageHandlers.get(pattern)!;
        const result = this.transformToObservable(await handler(fact, new FactContext([message])));
        await lastValueFrom(result, { defaultValue: undefined });
      }),
    );
  }

  async #untilDone(complaint: string, work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        this.#stopping.signal.throwIfAborted();
        this.#log.warn({ err: error }, complaint);
        await pause(Math.min(backOff(attempt), 5_000), this.#stopping.signal);
      }
    }
  }

  async #renewAfterDisconnects(): Promise<void> {
    for await (const status of this.#options.connection.status()) {
      if (status.type === 'disconnect') this.#consumers.forEach((each) => each.renew());
    }
  }
}

/** Nest's context of a fact's handler: the JetStream message itself. */
export class FactContext extends BaseRpcContext<[JsMsg]> {
  get message(): JsMsg {
    return this.getArgByIndex(0);
  }
}

/** `fact.<service>.<event>.*`, or each of its partitions. */
function filtersOf(pattern: string, { byPartition }: OnFactOptions = {}): string[] {
  if (!byPartition) return [pattern];
  return Array.from({ length: FACT_PARTITIONS }, (_, partition) =>
    pattern.replace(/\*$/, String(partition).padStart(2, '0')),
  );
}
