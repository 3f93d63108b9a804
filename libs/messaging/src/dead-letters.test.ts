import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNats, type TestNats } from '@metermesh/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { Type } from '@nestjs/common';
import {
  DEAD_LETTERS,
  discardDeadLetter,
  FACTS,
  listDeadLetters,
  OnFact,
  replayDeadLetter,
  type Fact,
} from './index.ts';
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
  const { streams } = await jetstreamManager(await openConnection(nats.url));
  await streams.delete(FACTS);
  await streams.delete(DEAD_LETTERS);
  await closeAll();
});

function handlerOf(work: (fact: Fact) => void): Type {
  class Handler {
    @OnFact('ingestion', 'load-profile-validated')
    async handle(fact: Fact) {
      work(fact);
    }
  }
  return Handler;
}

const countOfDeadLetters = async () => (await listDeadLetters(connection)).length;

describe('a fact that cannot be handled', () => {
  it('is a dead letter after the last attempt, and the facts behind it go on', async () => {
    const attempts: string[] = [];
    const failing = handlerOf(({ id }) => {
      attempts.push(id);
      if (id === 'poison') throw Object.assign(new Error('no tariff "기본"'), { code: 'TARIFF_UNKNOWN' });
    });
    await serve(nats.url, 'billing', failing, { retryAfter: [10, 20] });
    await publishFact(connection, { id: 'poison', key: 'a', data: new Uint8Array([1, 0, 2]) });
    await publishFact(connection, { id: 'sound', key: 'a' });
    await until(() => attempts.includes('sound'));

    expect(attempts).toEqual(['poison', 'poison', 'poison', 'sound']);
    const [letter, ...more] = await listDeadLetters(connection, { service: 'billing' });
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      code: 'TARIFF_UNKNOWN',
      message: 'no tariff "기본"',
      service: 'billing',
      factId: 'poison',
      factType: 'metermesh.ingestion.v1.LoadProfileValidated',
      deliveries: 3,
    });
    expect([...letter!.data]).toEqual([1, 0, 2]);
    expect(await listDeadLetters(connection, { service: 'control' })).toEqual([]);
  });

  it('is replayed to the service that failed only, and then forgotten', async () => {
    let repaired = false;
    const billed: string[] = [];
    const cared: string[] = [];
    const failing = handlerOf(({ id }) => {
      if (!repaired) throw new Error('not yet');
      billed.push(id);
    });
    await serve(nats.url, 'billing', failing, { retryAfter: [10] });
    await serve(
      nats.url,
      'customer-care',
      handlerOf(({ id }) => void cared.push(id)),
    );
    await publishFact(connection, { id: 'late', key: 'a' });
    await until(async () => (await countOfDeadLetters()) === 1);

    repaired = true;
    await replayDeadLetter(connection, (await listDeadLetters(connection))[0]!.sequence);
    await until(() => billed.length === 1);
    await publishFact(connection, { id: 'next', key: 'a' });
    await until(() => billed.length === 2 && cared.length === 2);

    expect(billed).toEqual(['late', 'next']);
    expect(cared).toEqual(['late', 'next']);
    expect(await countOfDeadLetters()).toBe(0);
  });

  it('that fails again when replayed is a dead letter again', async () => {
    const failing = handlerOf(() => {
      throw new Error('still not');
    });
    await serve(nats.url, 'billing', failing, { retryAfter: [10] });
    await publishFact(connection, { id: 'stubborn', key: 'a' });
    await until(async () => (await countOfDeadLetters()) === 1);
    const [first] = await listDeadLetters(connection);
    await replayDeadLetter(connection, first!.sequence);
    await until(async () => (await countOfDeadLetters()) === 1);

    const [second] = await listDeadLetters(connection);
    expect(second!.sequence).toBeGreaterThan(first!.sequence);
    expect(second).toMatchObject({ factId: 'stubborn', subject: first!.subject, deliveries: 2 });
  });

  it('stays one when the consumer that it is for is no more', async () => {
    const failing = await serve(
      nats.url,
      'billing',
      handlerOf(() => {
        throw new Error('never');
      }),
      { retryAfter: [] },
    );
    await publishFact(connection, { id: 'left behind', key: 'a' });
    await until(async () => (await countOfDeadLetters()) === 1);
    const [letter] = await listDeadLetters(connection);
    await failing.close();
    await (await jetstreamManager(connection)).consumers.delete(FACTS, letter!.consumer);

    await expect(replayDeadLetter(connection, letter!.sequence)).rejects.toMatchObject({
      code: 'DEAD_LETTER_CONSUMER_GONE',
    });
    expect(await countOfDeadLetters()).toBe(1);
  });

  it('is one at once, unread, when it is no fact at all', async () => {
    const handled: string[] = [];
    await serve(
      nats.url,
      'billing',
      handlerOf(({ id }) => void handled.push(id)),
      { retryAfter: [60_000] },
    );
    const strange = headers();
    strange.set('ce-id', 'nameless');
    await jetstream(connection).publish('fact.ingestion.load-profile-validated.00', 'hello', {
      headers: strange,
    });
    await publishFact(connection, { id: 'sound', key: 'a' });
    await until(() => handled.length === 1);

    expect(handled).toEqual(['sound']);
    const [letter] = await listDeadLetters(connection);
    expect(letter).toMatchObject({ code: 'FACT_MALFORMED', factId: 'nameless', deliveries: 1 });
    expect(letter!.message).toContain('"ce-type"');
  });

  it('can be discarded, and is then not found', async () => {
    await serve(
      nats.url,
      'billing',
      handlerOf(() => {
        throw new Error('never');
      }),
      { retryAfter: [] },
    );
    for (const id of ['1', '2', '3']) await publishFact(connection, { id, key: id });
    await until(async () => (await countOfDeadLetters()) === 3);
    const [first, second] = await listDeadLetters(connection, { limit: 2 });
    await discardDeadLetter(connection, second!.sequence);

    expect((await listDeadLetters(connection)).map((each) => each.factId)).toEqual(['1', '3']);
    expect(await listDeadLetters(connection, { after: first!.sequence, limit: 1 })).toMatchObject([
      { factId: '3' },
    ]);
    const notFound = { code: 'DEAD_LETTER_NOT_FOUND' };
    await expect(discardDeadLetter(connection, second!.sequence)).rejects.toMatchObject(notFound);
    await expect(replayDeadLetter(connection, 4711)).rejects.toMatchObject(notFound);
  });
});
