import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** What every adapter has to do, told to each of them. Categories are made unique, so a store may be a used one. */
export function describeEventStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let underTest: StoreUnderTest;
    let store: EventStore;
    let category: string;

    beforeAll(async () => {
      underTest = await start();
      store = underTest.store;
    }, 60_000);
    afterAll(async () => {
      await underTest?.store.close();
      await underTest?.stop();
    });
    beforeEach(() => {
      category = `meter-readings-${randomUUID().slice(0, 8)}`;
    });

    const stream = (id = 'm1') => streamName(category, id);
    const append = (to: StreamName, expected: ExpectedRevision, ...events: NewEvent[]): Append => ({
      stream: to,
      expected,
      events,
    });
    const typesIn = async (from: StreamName, revision?: number) =>
      (await all(store.read(from, revision))).map(({ type }) => type);

    describe('appending', () => {
      it('records what it was given, and says where', async () => {
        const event: NewEvent = {
          id: randomUUID(),
          type: 'metermesh.ingestion.v1.RegisterRead',
          data: Uint8Array.from([0, 1, 127, 128, 255]),
          metadata: {
            occurredAt: '2026-11-01T00:15:00Z',
            actor: 'ingestion',
            reading: 'naïve 검침 "quoted" \\',
          },
        };
        const before = Date.now();

        const [result] = await store.append(append(stream(), 'no-stream', event));

        const [recorded, ...more] = await all(store.read(stream()));
        expect(more).toEqual([]);
        expect(recorded).toEqual({
          ...event,
          stream: stream(),
          revision: 0,
          position: result!.position,
          recordedAt: recorded!.recordedAt,
        });
        expect(Math.abs(recorded!.recordedAt.getTime() - before)).toBeLessThan(60_000);
        expect(result).toEqual({
          stream: stream(),
          revision: 0,
          position: expect.any(String),
          duplicate: false,
        });
      });

      it('keeps data of no and of many bytes', async () => {
        const large = new Uint8Array(300_000).map((_, index) => index * 31);
        await store.append(
          append(
            stream(),
            'any',
            { ...fact('Empty'), data: new Uint8Array() },
            { ...fact('Large'), data: large },
          ),
        );
        const [empty, full] = await all(store.read(stream()));
        expect(empty!.data).toHaveLength(0);
        expect(Buffer.compare(full!.data, large)).toBe(0);
      });

      it('numbers the events of a stream from 0 without gaps', async () => {
        await store.append(append(stream(), 'any', fact('A'), fact('B')));
        const [result] = await store.append(append(stream(), 'any', fact('C')));
        expect(result!.revision).toBe(2);
        expect((await all(store.read(stream()))).map(({ revision }) => revision)).toEqual([0, 1, 2]);
      });

      it.each<[ExpectedRevision, number, number | 'no-stream']>([
        ['no-stream', 1, 0],
        [0, 0, 'no-stream'],
        [0, 2, 1],
        [2, 2, 1],
      ])(
        'refuses an expected revision of %p where %i events are, naming the actual one',
        async (expected, existing, actual) => {
          const present = Array.from({ length: existing }, () => fact('Present'));
          if (existing > 0) await store.append(append(stream(), 'any', ...present));

          await expect(store.append(append(stream(), expected, fact('Late')))).rejects.toMatchObject({
            name: 'WrongExpectedRevision',
            code: 'WRONG_EXPECTED_REVISION',
            stream: stream(),
            expected,
            actual,
          });
          expect(await all(store.read(stream()))).toHaveLength(existing);
        },
      );

      it('accepts the expected revision that the stream has', async () => {
        await store.append(append(stream(), 'no-stream', fact('A')));
        await store.append(append(stream(), 0, fact('B'), fact('C')));
        await store.append(append(stream(), 2, fact('D')));
        expect(await typesIn(stream())).toEqual(['A', 'B', 'C', 'D']);
      });

      it('does nothing when asked for nothing', async () => {
        expect(await store.append()).toEqual([]);
      });
    });

    describe('appending to many streams', () => {
      it('records all, answering in the order asked', async () => {
        const appends = ['m3', 'm1', 'm2'].map((id) =>
          append(stream(id), 'no-stream', fact(`${id}-a`), fact(`${id}-b`)),
        );
        const results = await store.append(...appends);
        expect(results.map((result) => [result.stream.id, result.revision])).toEqual([
          ['m3', 1],
          ['m1', 1],
          ['m2', 1],
        ]);
        expect(await typesIn(stream('m2'))).toEqual(['m2-a', 'm2-b']);
      });

      it('records none when one of them is not as expected', async () => {
        await store.append(append(stream('m2'), 'no-stream', fact('Present')));
        await expect(
          store.append(
            append(stream('m1'), 'any', fact('A')),
            append(stream('m2'), 'no-stream', fact('B')),
            append(stream('m3'), 'no-stream', fact('C')),
          ),
        ).rejects.toMatchObject({ code: 'WRONG_EXPECTED_REVISION', stream: stream('m2'), actual: 0 });
        expect(await typesIn(stream('m1'))).toEqual([]);
        expect(await typesIn(stream('m2'))).toEqual(['Present']);
        expect(await typesIn(stream('m3'))).toEqual([]);
      });

      it('takes streams of several categories', async () => {
        const other = streamName(`${category}-checks`, 'm1');
        await store.append(append(stream(), 'any', fact('A')), append(other, 'any', fact('B')));
        expect([await typesIn(stream()), await typesIn(other)]).toEqual([['A'], ['B']]);
      });
    });

    describe('appending again', () => {
      it('records a repeated append once, and says so with the first revision and position', async () => {
        const once = append(stream(), 'no-stream', fact('A'), fact('B'));
        const [first] = await store.append(once);
        await store.append(append(stream(), 1, fact('C')));

        const [again] = await store.append(once);

        expect(again).toEqual({ ...first, duplicate: true });
        expect(await typesIn(stream())).toEqual(['A', 'B', 'C']);
      });

      it('records what is new of a batch that was partly recorded, in the order given', async () => {
        const [a, b, c] = [fact('A'), fact('B'), fact('C')];
        await store.append(append(stream(), 'any', b));
        const [result] = await store.append(append(stream(), 'any', a, b, c));
        expect(result).toMatchObject({ revision: 2, duplicate: false });
        expect(await typesIn(stream())).toEqual(['B', 'A', 'C']);
      });

      it('holds the rest of a partly recorded batch to its expected revision', async () => {
        const [a, b] = [fact('A'), fact('B')];
        await store.append(append(stream(), 'no-stream', a));
        await expect(store.append(append(stream(), 'no-stream', a, b))).rejects.toMatchObject({ actual: 0 });
        await store.append(append(stream(), 0, a, b));
        expect(await typesIn(stream())).toEqual(['A', 'B']);
      });

      it('tells repeated from new stream by stream', async () => {
        const known = append(stream('m1'), 'no-stream', fact('A'));
        await store.append(known);
        const results = await store.append(known, append(stream('m2'), 'no-stream', fact('B')));
        expect(results.map(({ duplicate }) => duplicate)).toEqual([true, false]);
        expect(await typesIn(stream('m1'))).toEqual(['A']);
      });

      it('records a fact once that is appended many times at once', async () => {
        const once = append(stream(), 'any', fact('A'));
        const results = await Promise.all(Array.from({ length: 8 }, () => store.append(once)));
        expect(results.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(1);
        expect(await typesIn(stream())).toEqual(['A']);
      });

      it('refuses an event id that is recorded in another stream, where it can know', async () => {
        if (!underTest.seesIdsOfOtherStreams) return;
        const event = fact('A');
        await store.append(append(stream('m1'), 'any', event));
        await expect(store.append(append(stream('m2'), 'any', event))).rejects.toMatchObject({
          code: 'EVENT_ID_TAKEN',
        });
      });
    });

    describe('appending what makes no sense', () => {
      const event = fact('A');
      it.each<[string, () => Append[]]>([
        [
          'STREAM_NAMED_TWICE',
          () => [append(stream(), 'any', fact('A')), append(stream(), 'any', fact('B'))],
        ],
        ['NO_EVENTS', () => [append(stream(), 'any')]],
        ['EVENT_ID_TWICE', () => [append(stream('m1'), 'any', event), append(stream('m2'), 'any', event)]],
        ['EVENT_ID_INVALID', () => [append(stream(), 'any', { ...fact('A'), id: 'reading-1' })]],
        ['STREAM_NAME_INVALID', () => [append(streamName('Meter Readings', 'm1'), 'any', fact('A'))]],
        ['STREAM_NAME_INVALID', () => [append(stream(''), 'any', fact('A'))]],
      ])('is refused with %s', async (code, appends) => {
        await expect(store.append(...appends())).rejects.toMatchObject({ name: 'InvalidAppend', code });
        expect(await typesIn(stream())).toEqual([]);
      });
    });

    describe('appending at once', () => {
      it('lets exactly one of many have an exact revision', async () => {
        await store.append(append(stream(), 'no-stream', fact('A')));
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, (_, n) => store.append(append(stream(), 0, fact(`B${n}`)))),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ expected: 0, actual: 1 });
        }
        expect(await all(store.read(stream()))).toHaveLength(2);
      });

      it('lets all have any revision', async () => {
        await Promise.all(
          Array.from({ length: 20 }, () => store.append(append(stream(), 'any', fact('A'), fact('B')))),
        );
        const events = await all(store.read(stream()));
        expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      });

      it('lets appenders to the same streams in different orders pass without a deadlock', async () => {
        const ids = Array.from({ length: 12 }, (_, n) => `m${n}`);
        await Promise.all(
          Array.from({ length: 16 }, (_, round) => {
            const order = round % 2 ? ids : ids.toReversed();
            return store.append(...order.map((id) => append(stream(id), 'any', fact('A'))));
          }),
        );
        for (const id of ids) expect(await all(store.read(stream(id)))).toHaveLength(16);
      });
    });

    describe('reading', () => {
      it('answers nothing for a stream that does not exist', async () => {
        expect(await all(store.read(stream('nobody')))).toEqual([]);
      });

      it('begins with the revision asked for', async () => {
        await store.append(append(stream(), 'any', fact('A'), fact('B'), fact('C')));
        expect(await typesIn(stream(), 1)).toEqual(['B', 'C']);
        expect(await typesIn(stream(), 3)).toEqual([]);
      });

      it('reads more events than a page holds', async () => {
        const events = Array.from({ length: 2300 }, (_, n) => fact(`N${n}`));
        await store.append(append(stream(), 'any', ...events));
        expect(await typesIn(stream())).toEqual(events.map(({ type }) => type));
      });
    });

    describe('a subscription', () => {
      it('hands over the past in log order, then tells that it has caught up', async () => {
        await store.append(append(stream('m1'), 'any', fact('A')));
        await store.append(append(stream('m2'), 'any', fact('B')), append(stream('m1'), 'any', fact('C')));
        const seen = await follow(store, { category }).untilCaughtUp();
        expect(seen.map(({ type }) => type)).toEqual(['A', 'B', 'C']);
        const positions = seen.map(({ position }) => position);
        expect(positions.toSorted()).toEqual(positions);
        expect(new Set(positions).size).toBe(3);
      });

      it('hands over the very events that reading a stream does', async () => {
        await store.append(append(stream(), 'any', fact('A'), fact('B')));
        expect(await follow(store, { category }).untilCaughtUp()).toEqual(await all(store.read(stream())));
      });

      it('goes on live', async () => {
        const following = follow(store, { category });
        await following.caughtUp;
        await store.append(append(stream(), 'any', fact('A')));
        await following.until(1);
        await store.append(append(stream('m2'), 'any', fact('B'), fact('C')));
        expect((await following.until(3)).map(({ type }) => type)).toEqual(['A', 'B', 'C']);
        await following.stop();
      });

      it('takes one category and none whose name only begins alike', async () => {
        const alike = streamName(`${category}-checks`, 'm1');
        await store.append(append(alike, 'any', fact('Other')), append(stream(), 'any', fact('Mine')));
        const seen = await follow(store, { category }).untilCaughtUp();
        expect(seen.map(({ type }) => type)).toEqual(['Mine']);
      });

      it('takes several categories in one order, and all of them', async () => {
        const other = streamName(`${category}-checks`, 'm1');
        const third = streamName(`${category}-third`, 'm1');
        await store.append(append(other, 'any', fact('A')));
        await store.append(append(third, 'any', fact('B')));
        await store.append(append(stream(), 'any', fact('C')));
        await store.append(append(other, 'any', fact('D')));
        const two = await follow(store, { category: [category, other.category] }).untilCaughtUp();
        expect(two.map(({ type }) => type)).toEqual(['A', 'C', 'D']);
        const everything = await follow(store, {}).untilCaughtUp();
        const ours = everything.filter((event) => event.stream.category.startsWith(category));
        expect(ours.map(({ type }) => type)).toEqual(['A', 'B', 'C', 'D']);
      });

      it('resumes after any position, with batches of the size asked for', async () => {
        const events = Array.from({ length: 7 }, (_, n) => fact(`N${n}`));
        await store.append(append(stream(), 'any', ...events));
        const whole = await follow(store, { category }).untilCaughtUp();
        for (const [index, { position }] of whole.entries()) {
          const following = follow(store, { category, from: position, batchSize: 2 });
          const rest = await following.untilCaughtUp();
          expect(rest.map(({ type }) => type)).toEqual(events.slice(index + 1).map(({ type }) => type));
          expect(following.batches.every((batch) => batch.length > 0 && batch.length <= 2)).toBe(true);
        }
      });

      it('rejects with what the handler threw, and hands the batch over again from the checkpoint', async () => {
        await store.append(append(stream(), 'any', fact('A'), fact('B'), fact('C')));
        let checkpoint: string | undefined;
        const failing = store.subscribe({
          category,
          batchSize: 1,
          signal: new AbortController().signal,
          async handle([event]) {
            if (event!.type === 'B') throw new Error('projection is broken');
            checkpoint = event!.position;
          },
        });
        await expect(failing).rejects.toThrow('projection is broken');
        const rest = await follow(store, { category, from: checkpoint! }).untilCaughtUp();
        expect(rest.map(({ type }) => type)).toEqual(['B', 'C']);
      });

      it('hands over one batch at a time', async () => {
        await store.append(append(stream(), 'any', ...Array.from({ length: 6 }, () => fact('A'))));
        let running = 0;
        let most = 0;
        await follow(store, { category, batchSize: 2 }, async () => {
          most = Math.max(most, ++running);
          await sleep(5);
          running--;
        }).untilCaughtUp();
        expect(most).toBe(1);
      });

      it('ends when its signal aborts: waiting, before it began, and after the batch in hand', async () => {
        const idle = follow(store, { category });
        await idle.caughtUp;
        await idle.stop();

        await store.subscribe({ category, signal: AbortSignal.abort(), handle: async () => {} });

        await store.append(append(stream(), 'any', fact('A'), fact('B')));
        const abort = new AbortController();
        let handled = 0;
        await store.subscribe({
          category,
          batchSize: 1,
          signal: abort.signal,
          async handle() {
            abort.abort();
            await sleep(5);
            handled++;
          },
        });
        expect(handled).toBe(1);
      });

      it('misses nothing and keeps every stream in order while many append', async () => {
        const following = follow(store, { category, batchSize: 7 });
        await Promise.all(
          Array.from({ length: 8 }, async (_, appender) => {
            for (let n = 0; n < 15; n++) {
              const [mine, shared] = [stream(`own-${appender}`), stream(`shared-${n % 3}`)];
              await store.append(append(mine, 'any', fact('A')), append(shared, 'any', fact('B'), fact('C')));
            }
          }),
        );
        const seen = await following.until(8 * 15 * 3);
        await following.stop();
        expect(new Set(seen.map(({ id }) => id)).size).toBe(8 * 15 * 3);
        for (const events of Map.groupBy(seen, (event) => event.stream.id).values()) {
          expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
        }
      });

      it('refuses a checkpoint that is no position of this store', async () => {
        const subscription = store.subscribe({
          from: 'yesterday',
          signal: AbortSignal.timeout(5000),
          handle: async () => {},
        });
        await expect(subscription).rejects.toMatchObject({ code: 'POSITION_INVALID' });
      });
    });
  });
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
