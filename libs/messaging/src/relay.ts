import { renderStreamName, type EventStore, type RecordedEvent } from '@metermesh/event-store';
import { jetstreamManager } from '@nats-io/jetstream';
import { millis, type NatsConnection, type Status } from '@nats-io/transport-node';
import { writeFact } from './fact.ts';
import { FactPublisher } from './fact-publisher.ts';
import { silentLog, type Log } from './log.ts';
import { backOff, pause } from './pause.ts';
import { ensureStreams, FACTS, type StreamSettings } from './streams.ts';

export interface RelayOptions {
  store: EventStore;
  connection: NatsConnection;
  /** How far the service's events are published: an opaque text, kept by the service in its own database. */
  checkpoint: { load(): Promise<string | undefined>; save(checkpoint: string): Promise<void> };
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
 *
 * JetStream may lose its store. The checkpoint therefore names the JetStream stream that it counts for: on another one,
 * everything is published again that the stream would still hold.
 */
export async function relay(options: RelayOptions): Promise<void> {
  const { connection, signal, log = silentLog } = options;
  for (let failures = 0; !signal.aborted;) {
    const session = new AbortController();
    void abortOnReconnect(connection, session);
    try {
      await publishFrom(options, AbortSignal.any([signal, session.signal]), () => (failures = 0));
    } catch (error) {
      failures += 1;
      log.warn({ err: error, failures }, 'Facts cannot be published now; trying again');
      await pause(backOff(failures), signal);
    } finally {
      session.abort();
    }
  }
}

/** A server that was away may come back without its streams: the session must look again. */
async function abortOnReconnect(connection: NatsConnection, session: AbortController): Promise<void> {
  const statuses = connection.status() as AsyncIterable<Status> & { stop(): void };
  session.signal.addEventListener('abort', () => statuses.stop(), { once: true });
  for await (const status of statuses) if (status.type === 'reconnect') session.abort();
}

async function publishFrom(options: RelayOptions, signal: AbortSignal, succeeded: () => void): Promise<void> {
  const { store, connection, checkpoint, streams, batchSize = 500, log = silentLog } = options;
  await ensureStreams(connection, streams);
  const { streams: api } = await jetstreamManager(connection);
  const { created, config } = await api.info(FACTS);
  const saved = parseCheckpoint(await checkpoint.load());
  const isAnother = saved !== undefined && saved.created !== created;
  if (isAnother)
    log.warn({ created }, 'JetStream has lost its facts; publishing again what it would still hold');
  const heldSince = new Date(Date.now() - millis(config.max_age));

  const publisher = new FactPublisher(connection);
  try {
    await store.subscribe({
      from: isAnother ? undefined : saved?.position,
      batchSize,
      signal,
      async handle(batch) {
        await publishBatch(
          publisher,
          isAnother ? batch.filter((each) => each.recordedAt >= heldSince) : batch,
          options,
        );
        await checkpoint.save(`${batch.at(-1)!.position}@${created}`);
        succeeded();
      },
    });
  } finally {
    publisher.close();
  }
}

/** `<position>@<creation of the stream>` */
function parseCheckpoint(text: string | undefined): { position: string; created: string } | undefined {
  if (text === undefined) return undefined;
  const at = text.lastIndexOf('@');
  return { position: text.slice(0, at), created: text.slice(at + 1) };
}

/**
 * Streams are published side by side, but within a stream an event goes out only when the one before is stored: were they
 * all under way, a lost connection could let a later one through and keep an earlier one back.
 */
async function publishBatch(
  publisher: FactPublisher,
  batch: readonly RecordedEvent[],
  { subjectOf, service }: RelayOptions,
): Promise<void> {
  const streams = Map.groupBy(batch, (event) => renderStreamName(event.stream));
  const published = await Promise.allSettled(
    [...streams].map(async ([stream, events]) => {
      for (const event of events) {
        const subject = subjectOf(event);
        if (subject !== undefined) await publish(publisher, event, stream, subject, service);
      }
    }),
  );
  const failed = published.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

function publish(
  publisher: FactPublisher,
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
  headers.set('Nats-Msg-Id', id);
  return publisher.publish(subject, data, headers);
}
