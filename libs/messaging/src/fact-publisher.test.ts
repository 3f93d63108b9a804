import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNats, type TestNats } from '@metermesh/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { FactPublisher, NotStored } from './fact-publisher.ts';
import { closeAll, openConnection } from './messaging.test-kit.ts';

describe('publishing to JetStream', () => {
  const named = (id: string) => {
    const made = headers();
    made.set('Nats-Msg-Id', id);
    return made;
  };
  let nats: TestNats;
  let connection: NatsConnection;
  let publisher: FactPublisher;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  beforeEach(async () => {
    connection = await openConnection(nats.url);
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: 'SMALL', subjects: ['small.>'], max_msg_size: 200 });
    publisher = new FactPublisher(connection);
  });
  afterEach(async () => {
    publisher.close();
    await (await jetstreamManager(connection)).streams.delete('SMALL');
    await closeAll();
  });

  it('resolves when each message is stored, and of a repeat when it was', async () => {
    const publish = (n: number) => publisher.publish('small.a', Buffer.of(n), named(String(n)));
    await Promise.all(Array.from({ length: 300 }, (_, n) => publish(n)));
    await publish(7);
    const { state } = await (await jetstreamManager(connection)).streams.info('SMALL');
    expect(state.messages).toBe(300);
  });

  it('rejects what no stream takes and what JetStream refuses, and nothing else', async () => {
    const nobody = publisher.publish('nobody', Buffer.of(1), named('1'));
    const tooLarge = publisher.publish('small.a', Buffer.alloc(1000), named('2'));
    const fine = publisher.publish('small.a', Buffer.of(1), named('3'));
    await expect(nobody).rejects.toThrow('no stream takes it (503)');
    await expect(tooLarge).rejects.toThrow('message size exceeds maximum allowed');
    await expect(fine).resolves.toBeUndefined();
  });

  it('gives up what is under way when it is closed', async () => {
    const underWay = publisher.publish('small.a', Buffer.of(1), named('1'));
    publisher.close();
    await expect(underWay).rejects.toThrow(NotStored);
  });
});
