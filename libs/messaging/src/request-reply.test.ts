import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { BytesValueSchema, type BytesValue } from '@bufbuild/protobuf/wkt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { startNats, type TestNats } from '@metermesh/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Type } from '@nestjs/common';
import { Answers, ask, currentCorrelation, withCorrelation, type Question } from './index.ts';
import { closeAll, openConnection, serve } from './messaging.test-kit.ts';

const Echo = {
  subject: 'ask.billing.echo',
  request: BytesValueSchema,
  answer: BytesValueSchema,
} satisfies Question;

let nats: TestNats;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());
beforeEach(async () => {
  connection = await openConnection(nats.url);
});
afterEach(closeAll);

type Reply = { value: Uint8Array } | Refusal;

function answering(work: (request: BytesValue) => Reply | Promise<Reply>): Type {
  class Answerer {
    @Answers(Echo)
    echo(request: BytesValue) {
      return work(request);
    }
  }
  return Answerer;
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe('a question to another service', () => {
  it('is answered byte for byte, also with nothing in it', async () => {
    await serve(
      nats.url,
      'billing',
      answering(({ value }) => ({ value: value.toReversed() })),
    );

    expect(await ask(connection, Echo, { value: everyByte })).toMatchObject({
      value: everyByte.toReversed(),
    });
    expect(await ask(connection, Echo, {})).toMatchObject({ value: new Uint8Array() });
  });

  it('is answered by one of the replicas', async () => {
    const answered = [0, 0];
    for (const replica of [0, 1]) {
      const work = ({ value }: BytesValue) => ((answered[replica]! += 1), { value });
      await serve(nats.url, 'billing', answering(work));
    }
    await Promise.all(Array.from({ length: 50 }, () => ask(connection, Echo, { value: everyByte })));

    expect(answered[0]! + answered[1]!).toBe(50);
    expect(Math.min(...answered)).toBeGreaterThan(0);
  });

  it('comes back as the refusal that the other service gave', async () => {
    const details = { tariff: '주택용', limits: [200, 400] };
    await serve(
      nats.url,
      'billing',
      answering(() => refuse('TARIFF_UNKNOWN', 'There is no tariff "주택용"; 100 % sure.', details)),
    );
    const answer = await ask(connection, Echo, {});

    expect(isRefusal(answer)).toBe(true);
    expect(answer).toEqual(refuse('TARIFF_UNKNOWN', 'There is no tariff "주택용"; 100 % sure.', details));
  });

  it('fails, without telling the inside of the other service, when that has a bug', async () => {
    await serve(
      nats.url,
      'billing',
      answering(() => {
        throw new Error('password of the database is hunter2');
      }),
    );
    const failure = ask(connection, Echo, {});

    await expect(failure).rejects.toMatchObject({ code: 'ANSWERER_FAILED', subject: 'ask.billing.echo' });
    await expect(failure).rejects.not.toThrow('hunter2');
  });

  it('fails on bytes that are no such request', async () => {
    await serve(
      nats.url,
      'billing',
      answering(({ value }) => ({ value })),
    );
    const reply = await connection.request('ask.billing.echo', new Uint8Array([0xff, 0xff, 0xff]), {
      timeout: 1000,
    });

    expect(reply.headers?.get('metermesh-outcome')).toBe('failed');
  });

  it('fails at once when nobody answers, and after its time when the answer is late', async () => {
    await expect(ask(connection, Echo, {})).rejects.toMatchObject({ code: 'NOBODY_ANSWERS' });
    await serve(
      nats.url,
      'billing',
      answering(async ({ value }) => (await delay(500), { value })),
    );
    await expect(ask(connection, Echo, {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'ASK_TIMED_OUT',
    });
  });

  it('carries its correlation along', async () => {
    const heard: unknown[] = [];
    const work = async ({ value }: BytesValue) => {
      await delay(1);
      heard.push(currentCorrelation());
      return { value };
    };
    await serve(nats.url, 'billing', answering(work));
    const correlation = { correlationId: 'c-1', causationId: 'e-1', actor: 'operator:1' };
    await withCorrelation(correlation, () => ask(connection, Echo, {}));

    expect(heard).toEqual([correlation]);
  });

  it('under way is still answered when the answering service stops', async () => {
    const service = await serve(
      nats.url,
      'billing',
      answering(async ({ value }) => (await delay(200), { value })),
    );
    const answer = ask(connection, Echo, { value: everyByte });
    await delay(50);
    await service.close();

    expect(await answer).toMatchObject({ value: everyByte });
  });
});
