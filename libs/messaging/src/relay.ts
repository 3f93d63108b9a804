import { renderStreamName, type EventStore, type RecordedEvent } from '@metermesh/event-store';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { writeFact } from './fact.ts';
import { silentLog, type Log } from './log.ts';
import { backOff, pause } from './pause.ts';
import { ensureStreams, type StreamSettings } from './streams.ts';

export interface RelayOptions {
  store: EventStore;
  connection: NatsConnection;
  /** Position of the last event published; kept by the service in its own database. */
  checkpoint: { load(): Promise<string | undefined>; save(position: string): Promise<void> };
  /** NATS subject of an event; undefined for an event that others need not hear of. */
  subjectOf(event: RecordedEvent): string | undefined;
  service: string;
  signal: AbortSignal;
  batchSize?: number;
  streams?: StreamSettings;
  log?: Log;
}

/**
 * Publishes what is recorded in the event store as facts on JetStream, at least once, in the order of each stream, and
 * goes on after outages of either. Resolves when the signal aborts. Under the event's id as message id, what a restart
 * publishes again within the stream's duplicate window is stored once.
 */
export async function relay(options: RelayOptions): Promise<void> {
  const { store, connection, checkpoint, signal, batchSize = 500, log = silentLog } = options;
  const client = jetstream(connection);
  for (let failures = 0; !signal.aborted;) {
    try {
      await ensureStreams(connection, options.streams);
      await store.subscribe({
        from: await checkpoint.load(),
        batchSize,
        signal,
        async handle(batch) {
          await publishBatch(client, batch, options);
          await checkpoint.save(batch.at(-1)!.position);
          failures = 0;
        },
      });
    } catch (error) {
      failures += 1;
      log.warn({ err: error, failures }, 'Facts cannot be published now; trying again');
      await pause(backOff(failures), signal);
    }
  }
}

/**
 * Streams are published side by side, but within a stream an event goes out only when the one before is stored: were they
 * all under way, a lost connection could let a later one through and keep an earlier one back.
 */
async function publishBatch(
  client: JetStreamClient,
  batch: readonly RecordedEvent[],
  { subjectOf, service }: RelayOptions,
): Promise<void> {
  const streams = Map.groupBy(batch, (event) => renderStreamName(event.stream));
  const published = await Promise.allSettled(
    [...streams].map(async ([stream, events]) => {
      for (const event of events) {
        const subject = subjectOf(event);
        if (subject !== undefined) await publish(client, event, stream, subject, service);
      }
    }),
  );
  const failed = published.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

async function publish(
  client: JetStreamClient,
  event: RecordedEvent,
  stream: string,
  subject: string,
  service: string,
): Promise<void> {
  const { id, type, data, position, metadata } = event;
  const { occurredAt, correlationId, causationId, actor, traceparent } = metadata;
  const fact = {
    id,
    type,
    data,
    subject,
    service,
    position,
    stream,
    occurredAt,
    correlationId,
    causationId,
    actor,
    traceparent,
  };
  const { headers } = writeFact(fact);
  await client.publish(subject, data, { headers, msgID: id });
}
