import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AllStreamResolvedEvent,
  AllStreamSubscription,
  AppendStreamRequest,
  KurrentDBClient,
  Position,
  ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { categoryFilter, wantedCategories } from './category-filter.ts';
import { checkAppends } from './check-appends.ts';
import {
  InvalidAppend,
  InvalidPosition,
  renderStreamName,
  WrongExpectedRevision,
  type Append,
  type AppendResult,
  type EventMetadata,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamName,
  type Subscription,
} from './event-store.ts';

type Kurrent = typeof import('@kurrent/kurrentdb-client');

/** A stream as it was when an append looked at it. */
interface StreamHead {
  revision: number | 'no-stream';
  events: Map<string, RecordedEvent>;
}

/** A stream's category in the metadata of its events: categories contain dashes, so its name alone does not tell. */
const categoryKey = 'streamCategory';

/**
 * KurrentDB (EventStoreDB), for production. Appending to several streams at once needs server 25.1 or later.
 *
 * The server forgets event ids after a while when it is given no expected revision; so an append reads its streams, which
 * are short, leaves out what they hold, and insists on the revisions that it saw. It cannot see that an id is used in
 * another stream.
 */
export class KurrentDbEventStore implements EventStore {
  readonly #kurrent: Kurrent;
  readonly #client: KurrentDBClient;

  private constructor(kurrent: Kurrent, client: KurrentDBClient) {
    this.#kurrent = kurrent;
    this.#client = client;
  }

  /** @param url connection string, e.g. `kurrentdb://user:password@host:2113?tls=true` */
  static async connect(url: string): Promise<KurrentDbEventStore> {
    // Brings a native library along, so only those who use it load it.
    const kurrent = await import('@kurrent/kurrentdb-client');
    return new KurrentDbEventStore(kurrent, kurrent.KurrentDBClient.connectionString(url));
  }

  async append(...appends: Append[]): Promise<AppendResult[]> {
    checkAppends(appends);
    for (;;) {
      const heads = await this.#readHeads(appends);
      const fresh = appends.map(({ events }, index) =>
        events.filter(({ id }) => !heads[index]!.events.has(id.toLowerCase())),
      );
      const requests = appends.flatMap((append, index) =>
        fresh[index]!.length > 0 ? [this.#request(append, heads[index]!, fresh[index]!)] : [],
      );
      try {
        const position = await this.#write(requests);
        return appends.map((append, index) => appendResult(append, heads[index]!, fresh[index]!, position));
      } catch (error) {
        if (!(error instanceof this.#kurrent.WrongExpectedVersionError)) throw error;
        // Somebody appended since we looked: look again, not all at the same moment.
        await sleep(Math.random() * 10);
      }
    }
  }

  async *read(stream: StreamName, from = 0): AsyncIterable<RecordedEvent> {
    try {
      const events = this.#client.readStream(renderStreamName(stream), { fromRevision: BigInt(from) });
      for await (const resolved of events) {
        const event = recordedEvent(resolved);
        if (event?.stream.category === stream.category) yield event;
      }
    } catch (error) {
      if (!(error instanceof this.#kurrent.StreamNotFoundError)) throw error;
    }
  }

  async subscribe({
    from,
    category,
    batchSize = 500,
    signal,
    handle,
    caughtUp,
  }: Subscription): Promise<void> {
    if (signal.aborted) return;
    const wanted = categoryFilter(category);
    const subscription = this.#client.subscribeToAll({
      fromPosition: from === undefined ? this.#kurrent.START : parsePosition(from),
      filter: this.#filter(category),
    });
    const liveness = followLiveness(subscription);
    try {
      while (!signal.aborted) {
        const batch = nextBatch(subscription, batchSize, wanted);
        if (batch.length > 0) await handle(batch);
        if (batch.length > 0 || subscription.readableLength > 0) continue;
        if (liveness.isLive()) caughtUp?.();
        await liveness.untilSomethingHappens(signal);
      }
    } finally {
      await subscription.unsubscribe();
    }
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  async #readHeads(appends: readonly Append[]): Promise<StreamHead[]> {
    const heads: StreamHead[] = [];
    const atOnce = 32;
    for (let start = 0; start < appends.length; start += atOnce) {
      heads.push(
        ...(await Promise.all(
          appends.slice(start, start + atOnce).map(({ stream }) => this.#readHead(stream)),
        )),
      );
    }
    return heads;
  }

  async #readHead(stream: StreamName): Promise<StreamHead> {
    const head: StreamHead = { revision: 'no-stream', events: new Map() };
    try {
      for await (const resolved of this.#client.readStream(renderStreamName(stream))) {
        const event = recordedEvent(resolved);
        if (event?.stream.category !== stream.category) throw nameTaken(stream);
        head.revision = event.revision;
        head.events.set(event.id, event);
      }
    } catch (error) {
      if (!(error instanceof this.#kurrent.StreamNotFoundError)) throw error;
    }
    return head;
  }

  #request({ stream, expected }: Append, { revision }: StreamHead, events: NewEvent[]): AppendStreamRequest {
    if (expected !== 'any' && expected !== revision)
      throw new WrongExpectedRevision(stream, expected, revision);
    return {
      streamName: renderStreamName(stream),
      expectedState: revision === 'no-stream' ? this.#kurrent.NO_STREAM : BigInt(revision),
      events: events.map(({ id, type, data, metadata }) =>
        this.#kurrent.binaryEvent({
          id: id.toLowerCase(),
          type,
          data,
          metadata: { ...withoutEmpty(metadata), [categoryKey]: stream.category },
        }),
      ),
    };
  }

  /** Position of the last event written. */
  async #write(requests: AppendStreamRequest[]): Promise<string | undefined> {
    const [first, ...others] = requests;
    if (!first) return undefined;
    if (others.length === 0) {
      const { streamName, events, expectedState } = first;
      const { position } = await this.#client.appendToStream(streamName, events, {
        streamState: expectedState,
      });
      return position && renderPosition(position);
    }
    const { position } = await this.#client.multiStreamAppend(requests);
    return renderPosition({ commit: position, prepare: position });
  }

  #filter(category: Subscription['category']) {
    const categories = wantedCategories(category);
    return categories
      ? this.#kurrent.streamNameFilter({ prefixes: categories.map((name) => `${name}-`) })
      : this.#kurrent.excludeSystemEvents();
  }
}

function appendResult(
  { stream, events }: Append,
  head: StreamHead,
  fresh: readonly NewEvent[],
  position: string | undefined,
): AppendResult {
  if (fresh.length > 0) {
    const before = head.revision === 'no-stream' ? -1 : head.revision;
    return { stream, revision: before + fresh.length, position: position ?? '', duplicate: false };
  }
  const last = events
    .map(({ id }) => head.events.get(id.toLowerCase())!)
    .reduce((one, other) => (other.revision > one.revision ? other : one));
  return { stream, revision: last.revision, position: last.position, duplicate: true };
}

function nameTaken(stream: StreamName): InvalidAppend {
  return new InvalidAppend(
    'STREAM_NAME_INVALID',
    `Stream ${renderStreamName(stream)} exists with another category than ${stream.category}; choose another id.`,
  );
}

/** Takes what has arrived, without waiting. */
function nextBatch(
  subscription: AllStreamSubscription,
  batchSize: number,
  wanted: (category: string) => boolean,
): RecordedEvent[] {
  const batch: RecordedEvent[] = [];
  while (batch.length < batchSize) {
    const resolved = subscription.read() as AllStreamResolvedEvent | null;
    if (!resolved) break;
    const event = recordedEvent(resolved);
    if (event && wanted(event.stream.category)) batch.push(event);
  }
  return batch;
}

function followLiveness(subscription: AllStreamSubscription) {
  let live = false;
  let failure: { error: unknown } | undefined;
  let happened = Promise.withResolvers<void>();
  const note = () => {
    happened.resolve();
    happened = Promise.withResolvers();
  };
  const ended = () => {
    failure ??= { error: new Error('The subscription to KurrentDB has ended; start it again.') };
    note();
  };
  subscription.on('caughtUp', () => ((live = true), note()));
  subscription.on('fellBehind', () => (live = false));
  subscription.on('readable', note);
  subscription.on('error', (error) => ((failure = { error }), note()));
  subscription.on('end', ended);
  subscription.on('close', ended);
  return {
    isLive: () => live,
    /** @throws what broke the subscription */
    async untilSomethingHappens(signal: AbortSignal): Promise<void> {
      signal.addEventListener('abort', note, { once: true });
      if (!failure && !signal.aborted && subscription.readableLength === 0) await happened.promise;
      signal.removeEventListener('abort', note);
      if (failure && !signal.aborted) throw failure.error;
    },
  };
}

/** Undefined for events that this store has not written. */
function recordedEvent(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | undefined {
  const { event } = resolved;
  if (!event || event.isJson || !(event.data instanceof Uint8Array) || !event.position) return undefined;
  const { [categoryKey]: category, ...metadata } = (event.metadata ?? {}) as EventMetadata;
  if (!category) return undefined;
  // Names beginning with $ are what the server itself adds.
  for (const name of Object.keys(metadata)) if (name.startsWith('$')) delete metadata[name];
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata,
    stream: { category, id: event.streamId.slice(category.length + 1) },
    revision: Number(event.revision),
    position: renderPosition(event.position),
    recordedAt: event.created,
  };
}

function withoutEmpty(metadata: EventMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function renderPosition({ commit, prepare }: Position): string {
  return [commit, prepare].map((part) => part.toString(16).padStart(16, '0')).join('-');
}

function parsePosition(position: string): Position {
  const [, commit, prepare] = /^([0-9a-f]{16})-([0-9a-f]{16})$/.exec(position) ?? [];
  if (!commit || !prepare) throw new InvalidPosition(position);
  return { commit: BigInt(`0x${commit}`), prepare: BigInt(`0x${prepare}`) };
}
