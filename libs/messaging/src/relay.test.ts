import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { factSubject } from '@metermesh/contracts';
import { InMemoryEventStore, streamName, type EventStore } from '@metermesh/event-store';
import { startNats, type TestNats } from '@metermesh/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FACTS, readFact, relay, type Fact } from './index.ts';
import { closeAll, openConnection, until } from './messaging.test-kit.ts';

const STREAMS = 20;

let nats: TestNats;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());
beforeEach(async () => {
  connection = await openConnection(nats.url);
});
afterEach(async () => {
  await (await jetstreamManager(connection)).streams.delete(FACTS);
  await closeAll();
});

/** Records `rounds` more events in each of the streams, each naming its place in its stream. */
async function record(store: EventStore, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const appends = Array.from({ length: STREAMS }, (_, n) => ({
      stream: streamName('channel', `${n}`),
      expected: 'any' as const,
      events: [
        {
          id: randomUUID(),
          type: 'metermesh.ingestion.v1.LoadProfileValidated',
          data: new Uint8Array([n]),
          metadata: {},
        },
        {
          id: randomUUID(),
          type: 'metermesh.ingestion.v1.PushDecoded',
          data: new Uint8Array([n]),
          metadata: {},
        },
      ],
    }));
    await store.append(...appends);
  }
}

function startRelay(store: EventStore, checkpoint: { position?: string }) {
  const stop = new AbortController();
  const done = relay({
    store,
    connection,
    service: 'ingestion',
    signal: stop.signal,
    batchSize: 64,
    checkpoint: {
      load: async () => checkpoint.position,
      async save(position) {
        checkpoint.position = position;
      },
    },
    subjectOf: ({ type, stream }) =>
      type.endsWith('LoadProfileValidated') ? factSubject('ingestion', type, stream.id) : undefined,
  });
  return async () => {
    stop.abort();
    await done;
  };
}

async function stored(): Promise<Fact[]> {
  const { streams } = await jetstreamManager(connection);
  const { state } = await streams.info(FACTS);
  const messages = Array.from({ length: state.messages }, (_, n) =>
    streams.getMessage(FACTS, { seq: state.first_seq + n }),
  );
  return (await Promise.all(messages)).map((message) =>
    readFact({ ...message!, headers: message!.header, subject: message!.subject, data: message!.data }),
  );
}

async function countStored(): Promise<number> {
  return (await (await jetstreamManager(connection)).streams.info(FACTS)).state.messages;
}

/** What ought to be on the stream: each event that others hear of, once, and in each stream's order. */
async function expectComplete(store: EventStore): Promise<void> {
  const facts = await stored();
  for (let n = 0; n < STREAMS; n++) {
    const recorded: string[] = [];
    for await (const event of store.read(streamName('channel', `${n}`))) {
      if (event.type.endsWith('LoadProfileValidated')) recorded.push(event.id);
    }
    expect(facts.filter((fact) => fact.stream === `channel-${n}`).map((fact) => fact.id)).toEqual(recorded);
  }
}

describe('the relay', () => {
  it('publishes the past and then what is recorded, leaving out what others need not hear of', async () => {
    const store = new InMemoryEventStore();
    const checkpoint: { position?: string } = {};
    await record(store, 3);
    const stop = startRelay(store, checkpoint);
    await until(async () => (await countStored()) === 3 * STREAMS);
    await record(store, 2);
    await until(async () => (await countStored()) === 5 * STREAMS);
    await stop();

    await expectComplete(store);
    expect(checkpoint.position).toBeDefined();
  });

  it('stores every fact once and in order though it is restarted at random and forgets its last checkpoints', async () => {
    const store = new InMemoryEventStore();
    const checkpoint: { position?: string } = {};
    const recording = record(store, 60);
    for (let restart = 0; restart < 15; restart++) {
      const before = checkpoint.position;
      const stop = startRelay(store, checkpoint);
      await delay(Math.random() * 30);
      await stop();
      if (restart % 3 === 0) checkpoint.position = before;
    }
    await recording;
    const stop = startRelay(store, checkpoint);
    await until(async () => (await countStored()) === 60 * STREAMS);
    await stop();

    await expectComplete(store);
  });

  it('goes on after nats-server was killed and the event store was away', async () => {
    const store = new InMemoryEventStore();
    let away = 3;
    const flaky: EventStore = {
      append: (...appends) => store.append(...appends),
      read: (stream, from) => store.read(stream, from),
      close: () => store.close(),
      subscribe: async (subscription) => {
        if (away-- > 0) throw new Error('connection refused');
        return store.subscribe(subscription);
      },
    };
    await record(store, 40);
    const stop = startRelay(flaky, {});
    await until(async () => (await countStored()) > 3 * STREAMS);
    await nats.kill();
    await record(store, 20);
    await nats.restart();
    await until(async () => (await countStored().catch(() => 0)) === 60 * STREAMS, 30_000);
    await stop();

    await expectComplete(store);
  }, 60_000);

  it('publishes everything again where JetStream has lost its store', async () => {
    const store = new InMemoryEventStore();
    await record(store, 3);
    const stop = startRelay(store, {});
    await until(async () => (await countStored()) === 3 * STREAMS);
    await nats.kill();
    nats.loseStore();
    await nats.restart();
    await until(async () => (await countStored().catch(() => 0)) === 3 * STREAMS, 30_000);
    await stop();

    await expectComplete(store);
  }, 60_000);
});
