import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { factSubject, partitionOf } from '@metermesh/contracts';
import { startNats, type TestNats } from '@metermesh/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Type } from '@nestjs/common';
import { FACTS, OnFact, type Fact, type OnFactOptions } from './index.ts';
import { closeAll, openConnection, publishFact, serve, until } from './messaging.test-kit.ts';

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
  await closeAll();
  const cleaner = await openConnection(nats.url);
  await (await jetstreamManager(cleaner)).streams.delete(FACTS);
  await closeAll();
});

/** A controller whose one handler does `work`. */
function handlerOf(work: (fact: Fact) => Promise<void> | void, options?: OnFactOptions): Type {
  class Handler {
    @OnFact('ingestion', 'load-profile-validated', options)
    async handle(fact: Fact) {
      await work(fact);
    }
  }
  return Handler;
}

async function pending(durable = 'billing_fact_ingestion_load-profile-validated_all') {
  const { consumers } = await jetstreamManager(connection);
  const info = await consumers.info(FACTS, durable);
  return { waiting: info.num_pending, unacknowledged: info.num_ack_pending };
}

describe('a handler of facts', () => {
  it('is given what was published before it existed, whole and in order', async () => {
    const handled: Fact[] = [];
    for (let n = 0; n < 50; n++) {
      const data = new Uint8Array([n, 0, 255]);
      await publishFact(connection, { id: `${n}`, key: `channel-${n % 7}`, data, actor: '홍길동 100% "x"' });
    }

    await serve(
      nats.url,
      'billing',
      handlerOf((fact) => void handled.push(fact)),
    );
    await until(() => handled.length === 50);

    expect(handled.map((each) => each.id)).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`));
    expect(handled[3]).toMatchObject({
      id: '3',
      type: 'metermesh.ingestion.v1.LoadProfileValidated',
      service: 'ingestion',
      subject: factSubject('ingestion', 'LoadProfileValidated', 'channel-3'),
      actor: '홍길동 100% "x"',
    });
    expect([...handled[3]!.data]).toEqual([3, 0, 255]);
  });

  it('acknowledges a fact only when its promise resolves', async () => {
    const gate = Promise.withResolvers<void>();
    let begun = false;
    await serve(
      nats.url,
      'billing',
      handlerOf(() => {
        begun = true;
        return gate.promise;
      }),
    );
    await publishFact(connection, { id: 'slow', key: 'a' });
    await until(() => begun);

    expect(await pending()).toEqual({ waiting: 0, unacknowledged: 1 });
    gate.resolve();
    await until(async () => (await pending()).unacknowledged === 0);
  });

  it('is given a failed fact again after a growing pause, before any later one', async () => {
    const attempts: { id: string; at: number }[] = [];
    await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => {
        attempts.push({ id, at: Date.now() });
        if (id === 'flaky' && attempts.length < 3) throw new Error('the database is away');
      }),
      { retryAfter: [100, 400, 400] },
    );
    await publishFact(connection, { id: 'flaky', key: 'a' });
    await publishFact(connection, { id: 'later', key: 'b' });
    await until(() => attempts.length === 4);

    expect(attempts.map((each) => each.id)).toEqual(['flaky', 'flaky', 'flaky', 'later']);
    const [first, second, third] = attempts.map((each) => each.at);
    expect(second! - first!).toBeGreaterThanOrEqual(95);
    expect(third! - second!).toBeGreaterThanOrEqual(395);
  });

  it('may take longer than the wait for an acknowledgement', async () => {
    let handled = 0;
    const slow = handlerOf(async () => {
      handled += 1;
      await delay(1_500);
    });
    await serve(nats.url, 'billing', slow, { ackWait: 500 });
    await publishFact(connection, { id: 'long', key: 'a' });
    await until(async () => handled > 0 && (await pending()).unacknowledged === 0);

    await delay(700);
    expect(handled).toBe(1);
  });

  it('has its fact given to another replica when it vanishes in the middle', async () => {
    const handled: string[] = [];
    let begun = false;
    const vanishing = await serve(
      nats.url,
      'billing',
      handlerOf(() => {
        begun = true;
        return new Promise(() => {});
      }),
      { ackWait: 600, stopWithin: 10 },
    );
    await publishFact(connection, { id: 'orphan', key: 'a' });
    await until(() => begun);

    await vanishing.connection.close();
    await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => void handled.push(id)),
      { ackWait: 600 },
    );
    await until(() => handled.length === 1);

    expect(handled).toEqual(['orphan']);
  });

  it('is found again by a release that waits differently, with what it has yet to do', async () => {
    const handled: string[] = [];
    const before = await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => void handled.push(id)),
      { ackWait: 30_000 },
    );
    await publishFact(connection, { id: 'before', key: 'a' });
    await until(() => handled.length === 1);
    await before.close();
    await publishFact(connection, { id: 'after', key: 'a' });

    await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => void handled.push(id)),
      { ackWait: 5_000 },
    );
    await until(() => handled.length === 2);

    expect(handled).toEqual(['before', 'after']);
    const { consumers } = await jetstreamManager(connection);
    const { config } = await consumers.info(FACTS, 'billing_fact_ingestion_load-profile-validated_all');
    expect(config.ack_wait).toBe(5_000_000_000);
  });

  it('ends what it is doing when the service stops, and takes nothing more: the next one goes on', async () => {
    const handled: string[] = [];
    const work = async ({ id }: Fact) => {
      await delay(5);
      handled.push(id);
    };
    for (let n = 0; n < 100; n++) await publishFact(connection, { id: `${n}`, key: `${n}` });
    for (let stops = 0; handled.length < 100; stops++) {
      const replica = await serve(nats.url, 'billing', handlerOf(work));
      await until(() => handled.length >= Math.min(100, (stops + 1) * 20));
      await replica.close();
    }

    expect(handled).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`));
  });

  it('shares its facts with the other replicas, still one after the other', async () => {
    const handled: string[] = [];
    let running = 0;
    const work = async ({ id }: Fact) => {
      expect((running += 1)).toBe(1);
      await delay(1);
      running -= 1;
      handled.push(id);
    };
    await serve(nats.url, 'billing', handlerOf(work));
    await serve(nats.url, 'billing', handlerOf(work));
    for (let n = 0; n < 60; n++) await publishFact(connection, { id: `${n}`, key: `${n}` });
    await until(() => handled.length === 60);

    expect(handled).toEqual(Array.from({ length: 60 }, (_, n) => `${n}`));
  });

  it('by partition, keeps the order of each key and lets a failing one hold up only its own', async () => {
    const handled: string[] = [];
    const work = ({ id }: Fact) => {
      if (id === 'bad-0') throw new Error('never');
      handled.push(id);
    };
    await serve(nats.url, 'billing', handlerOf(work, { byPartition: true }), { retryAfter: [60_000] });
    const keys = ['channel-1', 'channel-2', 'channel-3', 'channel-4', 'channel-5', 'channel-6'];
    const others = keys.filter((key) => partitionOf(key) !== partitionOf('bad'));
    for (let n = 0; n < 20; n++)
      for (const key of ['bad', ...others]) await publishFact(connection, { id: `${key}-${n}`, key });
    await until(() => handled.length === 20 * others.length);

    expect(new Set(others.map(partitionOf)).size).toBeGreaterThan(2);
    for (const key of others) {
      const ofKey = handled.filter((id) => id.startsWith(`${key}-`));
      expect(ofKey).toEqual(Array.from({ length: 20 }, (_, n) => `${key}-${n}`));
    }
  });

  it('goes on, with nothing lost, after nats-server was killed while facts were under way', async () => {
    const handled = new Set<string>();
    await serve(
      nats.url,
      'billing',
      handlerOf(async ({ id }) => void (await delay(2), handled.add(id))),
      { ackWait: 1_000 },
    );
    const publishing = (async () => {
      for (let n = 0; n < 200; n++) {
        const publish = () => publishFact(connection, { id: `${n}`, key: `${n}` });
        for (let sent = false; !sent;)
          sent = await publish().then(
            () => true,
            () => false,
          );
      }
    })();
    await until(() => handled.size > 30);

    await nats.kill();
    await nats.restart();
    await publishing;
    await until(() => handled.size === 200, 20_000);
  }, 40_000);

  it('makes its consumer anew where the server has lost the stream', async () => {
    const handled: string[] = [];
    await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => void handled.push(id)),
    );
    const { streams } = await jetstreamManager(connection);

    await streams.delete(FACTS);
    await until(async () =>
      streams.info(FACTS).then(
        () => true,
        () => false,
      ),
    );
    await publishFact(connection, { id: 'afterwards', key: 'a' });
    await until(() => handled.length === 1);

    expect(handled).toEqual(['afterwards']);
  });
});
