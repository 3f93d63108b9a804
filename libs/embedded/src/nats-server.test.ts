import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNatsServer, type NatsServer, type NatsServerOptions } from './nats-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'metermesh-embedded-nats-'));
const started: NatsServer[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function freePort(): Promise<number> {
  const server = await listenAnywhere();
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(options: Partial<NatsServerOptions> = {}): Promise<NatsServer> {
  const server = await startNatsServer({ port: await freePort(), storeDirectory: folder, ...options });
  started.push(server);
  return server;
}

describe('an embedded nats-server', () => {
  it('keeps what JetStream stored for its next start', async () => {
    const port = await freePort();
    const first = await start({ port });
    const before = await connect({ servers: first.url });
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(before).publish('kept', 'still here');
    await before.close();
    await first.stop();

    const second = await start({ port });
    const after = await connect({ servers: second.url });
    const message = await (await jetstreamManager(after)).streams.getMessage('KEPT', { seq: 1 });
    await after.close();
    expect(message?.string()).toBe('still here');
  });

  it('hands on what MQTT clients publish', async () => {
    const server = await start({ mqttPort: await freePort() });
    const connection = await connect({ servers: server.url });
    const heard = new Promise<string>((resolve) => {
      connection.subscribe('meters.42', { callback: (_, message) => resolve(message.string()) });
    });
    await connection.flush();
    await publishByMqtt(server.mqttUrl!, 'meters/42', '230 V');

    expect(await heard).toBe('230 V');
    await connection.close();
  });

  it('lets users do no more than they may', async () => {
    const users = [
      { user: 'service', password: 'p"1' },
      { user: 'meter', password: 'p2', publish: ['meters.>'], subscribe: [] },
    ];
    const server = await start({ users });

    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(
      'Authorization Violation',
    );
    const meter = await connect({ servers: server.url, user: 'meter', pass: 'p2' });
    const refused = new Promise((resolve) => {
      void (async () => {
        for await (const status of meter.status()) if (status.type === 'error') resolve(status.error.message);
      })();
    });
    meter.publish('fact.forged', 'a bill of nothing');
    expect(await refused).toContain('Permissions Violation for Publish to "fact.forged"');
    await meter.close();
    await (await connect({ servers: server.url, user: 'service', pass: 'p"1' })).close();
  });

  it('says what is wrong when its port is taken, and leaves nothing running', async () => {
    const other = await listenAnywhere();
    const failure = await start({ port: portOf(other) }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'NATS_SERVER_FAILED' });
    expect((failure as Error).message).toContain('address already in use');
    other.close();
  });
});

/** MQTT 3.1.1 (OASIS, 2014): CONNECT (3.1), then PUBLISH at quality of service 0 (3.3). */
async function publishByMqtt(url: string, topic: string, payload: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const packet = (type: number, body: Buffer) => Buffer.concat([Buffer.from([type, body.length]), body]);
  const cleanSession = 0x02;
  const hello = Buffer.concat([text('MQTT'), Buffer.from([4, cleanSession, 0, 60]), text('test')]);

  const socket = connectTcp(Number(port), hostname);
  socket.write(packet(0x10, hello));
  const accepted = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect([...accepted]).toEqual([0x20, 2, 0, 0]);
  socket.end(packet(0x30, Buffer.concat([text(topic), Buffer.from(payload)])));
}
