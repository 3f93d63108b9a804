import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  streamName,
  type Append,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  type StreamName,
  type Subscription,
} from './event-store.ts';

export interface StoreUnderTest {
  store: EventStore;
  /** Whether the store notices that an event id is recorded in another stream. */
  seesIdsOfOtherStreams: boolean;
  stop(): Promise<void>;
}

/** The store that the tests are about, started before them; each test has a category of its own, so a store may be a used one. */
export class Contract {
  #underTest?: StoreUnderTest;
  category = '';

  constructor(start: () => Promise<StoreUnderTest>) {
    beforeAll(async () => {
      this.#underTest = await start();
    }, 60_000);
    afterAll(async () => {
      await this.#underTest?.store.close();
      await this.#underTest?.stop();
    });
    beforeEach(() => {
      this.category = `meter-readings-${randomUUID().slice(0, 8)}`;
    });
  }

  get store(): EventStore {
    return this.#underTest!.store;
  }

  get seesIdsOfOtherStreams(): boolean {
    return this.#underTest!.seesIdsOfOtherStreams;
  }

  readonly stream = (id = 'm1'): StreamName => streamName(this.category, id);

  readonly append = (stream: StreamName, expected: ExpectedRevision, ...events: NewEvent[]): Append => ({
    stream,
    expected,
    events,
  });

  readonly typesIn = async (from: StreamName, revision?: number): Promise<string[]> =>
    (await all(this.store.read(from, revision))).map(({ type }) => type);
}

export function fact(type: string): NewEvent {
  return { id: randomUUID(), type, data: Buffer.from(type), metadata: { actor: 'test' } };
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A subscription whose events a test can wait for; a failure of it fails whoever waits. */
export function follow(
  store: EventStore,
  what: Pick<Subscription, 'category' | 'from' | 'batchSize'>,
  handle: Subscription['handle'] = async () => {},
) {
  const abort = new AbortController();
  const seen: RecordedEvent[] = [];
  const batches: (readonly RecordedEvent[])[] = [];
  const caughtUp = Promise.withResolvers<void>();
  let progress = Promise.withResolvers<void>();
  const ended = store.subscribe({
    ...what,
    signal: abort.signal,
    async handle(batch) {
      await handle(batch);
      seen.push(...batch);
      batches.push(batch);
      progress.resolve();
      progress = Promise.withResolvers();
    },
    caughtUp: () => caughtUp.resolve(),
  });
  ended.catch(() => {});
  const stop = async () => {
    abort.abort();
    await ended;
  };
  return {
    seen,
    batches,
    caughtUp: Promise.race([caughtUp.promise, ended]),
    stop,
    async until(count: number): Promise<RecordedEvent[]> {
      while (seen.length < count) await Promise.race([progress.promise, ended]);
      return seen;
    },
    async untilCaughtUp(): Promise<RecordedEvent[]> {
      await Promise.race([caughtUp.promise, ended]);
      await stop();
      return seen;
    },
  };
}
