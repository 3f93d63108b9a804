import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MqttDialect } from '@metermesh/contracts';
import { connectNats } from '@metermesh/messaging';
import { connect } from '@nats-io/transport-node';
import type { MqttClient } from 'mqtt';
import { ZigbeeNames } from '../src/adapters/zigbee-names.table.ts';
import { assign, connectAs, issue, revoke, runIngestionWithMqtt } from './mqtt-clients.ts';
import { eventually, registerMeter, type RunningIngestion } from './running-ingestion.ts';

let service: RunningIngestion;
let usersFile: string;
let plug1: MqttClient;
let plug2: MqttClient;

beforeAll(async () => {
  ({ service, usersFile } = await runIngestionWithMqtt());
  for (const [client, serialNumber] of [
    ['plug1', 'P-1'],
    ['plug2', 'P-2'],
  ] as const) {
    await registerMeter(service, { serialNumber, usagePointId: `UP-${serialNumber}` });
    await issue(service, usersFile, { client, serialNumber, dialect: MqttDialect.TASMOTA });
  }
  [plug1, plug2] = await Promise.all([connectAs(service, 'plug1'), connectAs(service, 'plug2')]);
}, 90_000);
afterAll(async () => {
  plug1?.end(true);
  plug2?.end(true);
  await service?.stop();
});

const energy = (kWh: number, time = '2025-06-01T12:00:00') =>
  JSON.stringify({ Time: time, ENERGY: { Total: kWh, Power: 40 } });

describe('a client of the broker', () => {
  it('has to say who it is, and to prove it', async () => {
    await expect(connectAs(service, undefined)).rejects.toThrow(/not authorized/i);
    await expect(connectAs(service, 'plug1', { password: 'guessed' })).rejects.toThrow(/not authorized/i);
    await expect(connectAs(service, 'nobody')).rejects.toThrow(/not authorized/i);
  });

  it('that is a service does not come in over MQTT, nor a device over NATS', async () => {
    await expect(connectAs(service, 'metermesh', { password: 'secret' })).rejects.toThrow(/not authorized/i);
    const options = { servers: service.nats.url, reconnect: false };
    await expect(connect({ ...options, user: 'plug1', pass: 'password of plug1' })).rejects.toThrow(
      /authorization/i,
    );
    await expect(connect(options)).rejects.toThrow(/authorization/i);
  });

  it.each([0, 1] as const)('publishes its readings with QoS %i, which are recorded', async (qos) => {
    const before = await service.readingsOf('UP-P-1');
    await plug1.publishAsync('tele/plug1/SENSOR', energy(100 + qos, `2025-06-01T12:0${qos}:00`), {
      qos,
      retain: qos === 1,
    });
    await eventually(async () => (await service.readingsOf('UP-P-1')) === before + 1);
  });

  it('cannot publish as another device, nor to services', async () => {
    const before = await service.readingsOf('UP-P-2');
    await plug1.publishAsync('tele/plug2/SENSOR', energy(999), { qos: 1 });
    await plug1.publishAsync('fact/ingestion/load-profile-validated/00', 'forged', { qos: 1 });
    await plug1.publishAsync('ask/ingestion/operate-switch', 'forged', { qos: 1 });
    await plug1.publishAsync('mqtt/tele/plug2/SENSOR', energy(999), { qos: 1 });
    await plug2.publishAsync('tele/plug2/SENSOR', energy(1), { qos: 1 });
    await eventually(async () => (await service.readingsOf('UP-P-2')) === before + 1);
    const { rows } = await service.database.query(
      `SELECT 1 FROM quarantined_frame WHERE context->>'topic' LIKE '%plug2%'`,
    );
    expect(rows).toEqual([]);
  });

  it('cannot leave a message for another device, nor a will in its name', async () => {
    const before = await service.readingsOf('UP-P-2');
    await plug1.publishAsync('cmnd/plug2/POWER', 'OFF', { qos: 1, retain: true });
    const dying = await connectAs(service, 'plug1', {
      will: { topic: 'tele/plug2/SENSOR', payload: Buffer.from(energy(777)), qos: 1, retain: true },
    });
    dying.stream.destroy();
    const heard: string[] = [];
    plug2.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await plug2.subscribeAsync('cmnd/plug2/#', { qos: 1 });
    service.connection.publish('cmnd.plug2.POWER', 'ON');
    await eventually(() => heard.includes('cmnd/plug2/POWER ON'));
    expect(heard).toEqual(['cmnd/plug2/POWER ON']);
    await plug2.publishAsync('tele/plug2/SENSOR', energy(2, '2025-06-01T12:30:00'), { qos: 1 });
    await eventually(async () => (await service.readingsOf('UP-P-2')) > before);
    expect(await service.readingsOf('UP-P-2')).toBe(before + 1);
    plug2.removeAllListeners('message');
  });

  it('does not inherit what another listens to by taking its session', async () => {
    const session = { clientId: 'session-of-plug2', clean: false };
    const owner = await connectAs(service, 'plug2', session);
    await owner.subscribeAsync('cmnd/plug2/#', { qos: 1 });
    await owner.endAsync();
    const heard: string[] = [];
    const thief = await connectAs(service, 'plug1', session).catch(() => undefined);
    thief?.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    service.connection.publish('cmnd.plug2.POWER', 'ON');
    await plug1.subscribeAsync('cmnd/plug1/#', { qos: 1 });
    const own = new Promise((resolve) => plug1.once('message', resolve));
    service.connection.publish('cmnd.plug1.POWER', 'ON');
    await own;
    expect(heard).toEqual([]);
    thief?.end(true);
  });

  it.each([
    'tele/plug2/#',
    '#',
    '+/plug2/SENSOR',
    '$MQTT/sub/#',
    '$MQTT/#',
    '$JS/#',
    'fact/#',
    'ask/#',
    '_INBOX/#',
    'cmnd/plug2/#',
  ])('cannot listen to %s', async (filter) => {
    await expect(plug1.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
  });

  it.each([0, 1] as const)('hears what it is told, with QoS %i, and nobody else hears it', async (qos) => {
    const heard: string[] = [];
    plug1.removeAllListeners('message');
    plug1.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await plug1.subscribeAsync('cmnd/plug1/#', { qos });
    service.connection.publish('cmnd.plug2.POWER', 'OFF');
    service.connection.publish('cmnd.plug1.POWER', 'ON');
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['cmnd/plug1/POWER ON']);
    await plug1.unsubscribeAsync('cmnd/plug1/#');
  });
});

describe('what the broker hands on', () => {
  it('waits while ingestion is away', async () => {
    const before = await service.readingsOf('UP-P-1');
    const restarted = service.restart();
    await plug1.publishAsync('tele/plug1/SENSOR', energy(200, '2025-06-01T13:00:00'), { qos: 1 });
    await restarted;
    await eventually(async () => (await service.readingsOf('UP-P-1')) === before + 1);
  }, 60_000);

  it('goes to quarantine where nobody can read it, and is not delivered again', async () => {
    await plug1.publishAsync('tele/plug1/SENSOR', '{"Time": ', { qos: 1 });
    await service.quarantined('JSON_INVALID', 'P-1');
    const { rows } = await service.database.query(
      `SELECT source, context, attempts FROM quarantined_frame WHERE code = 'JSON_INVALID'`,
    );
    expect(rows).toEqual([
      { source: 'mqtt-tasmota', context: { topic: 'tele/plug1/SENSOR', client: 'plug1' }, attempts: 1 },
    ]);
  });

  it('is kept nowhere where it has no readings', async () => {
    await plug1.publishAsync('tele/plug1/LWT', 'Online', { qos: 1, retain: true });
    await plug1.publishAsync('tele/plug1/LWT', '', { qos: 1, retain: true });
    await plug1.publishAsync('tele/plug1/SENSOR', energy(300, '2025-06-01T14:00:00'), { qos: 1 });
    const { rows } = await service.database.query(
      `SELECT 1 FROM quarantined_frame WHERE context->>'topic' LIKE '%LWT'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a concentrator', () => {
  it('speaks for the meters assigned to it, and for no other', async () => {
    await issue(service, usersFile, {
      client: 'bridge-1',
      concentratorId: 'HUB-1',
      dialect: MqttDialect.ZIGBEE2MQTT,
    });
    const address = 'zigbee:00124B0014D9A1B2';
    await registerMeter(service, {
      serialNumber: 'Z-1',
      usagePointId: 'UP-Z-1',
      registered: { addresses: [address] },
    });
    const bridge = await connectAs(service, 'bridge-1');
    const devices = [
      { ieee_address: '0x00124b0014d9a1b2', friendly_name: 'kitchen', type: 'Router', supported: true },
    ];
    const state = { energy: 12.5, power: 3 };
    await bridge.publishAsync('zigbee2mqtt/kitchen', JSON.stringify(state), { qos: 1 });
    await service.quarantined('UNKNOWN_METER', 'kitchen');
    await bridge.publishAsync('zigbee2mqtt/bridge/devices', JSON.stringify(devices), {
      qos: 1,
      retain: true,
    });
    await service.quarantined('NOT_ITS_METER', 'kitchen');
    await assign(service, 'Z-1', 'HUB-1');
    await eventually(async () => (await service.readingsOf('UP-Z-1')) === 1);
    bridge.end(true);
  });

  it('may speak of a device while it is being learned which that is', async () => {
    await registerMeter(service, {
      serialNumber: 'Z-2',
      usagePointId: 'UP-Z-2',
      registered: { addresses: ['zigbee:00124B0014D9A1C3'] },
    });
    await assign(service, 'Z-2', 'HUB-1');
    const names = service.app.get(ZigbeeNames);
    const { addressOf, replace } = names;
    const { promise: wasAsked, resolve: asked } = Promise.withResolvers<void>();
    names.addressOf = async (...question) => {
      const address = await addressOf.apply(names, question);
      asked();
      return address;
    };
    names.replace = async (...told) => {
      await wasAsked;
      await replace.apply(names, told);
    };
    const bridge = await connectAs(service, 'bridge-1');
    const devices = [
      { ieee_address: '0x00124b0014d9a1c3', friendly_name: 'hall', type: 'Router', supported: true },
    ];
    await bridge.publishAsync('zigbee2mqtt/bridge/devices', JSON.stringify(devices), { qos: 1 });
    await bridge.publishAsync('zigbee2mqtt/hall', JSON.stringify({ energy: 7.5 }), { qos: 1 });
    await eventually(async () => (await service.readingsOf('UP-Z-2')) === 1);
    Object.assign(names, { addressOf, replace });
    bridge.end(true);
  });
});

describe('frames over MQTT', () => {
  const telegram = [
    '/ISk5\\2MT382-1003',
    '',
    '0-0:96.1.1(4552303031)',
    '0-0:1.0.0(250601120000S)',
    '1-0:1.8.1(00185.000*kWh)',
    '!',
    '',
  ].join('\r\n');

  it('are of the device that logged in, unless they say that they are of another', async () => {
    await registerMeter(service, { serialNumber: 'R-1', usagePointId: 'UP-R-1' });
    await issue(service, usersFile, { client: 'reader-1', serialNumber: 'R-1', dialect: MqttDialect.FRAMES });
    const reader = await connectAs(service, 'reader-1');
    await reader.publishAsync('meters/reader-1/dsmr', telegram, { qos: 1 });
    await eventually(async () => (await service.readingsOf('UP-R-1')) === 1);

    await registerMeter(service, { serialNumber: 'ER001', usagePointId: 'UP-ER001' });
    await reader.publishAsync('meters/reader-1/dsmr', telegram.replace('185', '186'), { qos: 1 });
    await service.quarantined('NOT_ITS_METER', 'ER001');
    expect(await service.readingsOf('UP-ER001')).toBe(0);
    reader.end(true);
  });

  it('of a protocol that nobody reads are kept', async () => {
    const reader = await connectAs(service, 'reader-1');
    await reader.publishAsync('meters/reader-1/abacus', Buffer.of(1, 2), { qos: 1 });
    await service.quarantined('PROTOCOL_UNKNOWN', null);
    reader.end(true);
  });
});

describe('a login that is revoked', () => {
  it('is disconnected, and cannot come back; others stay', async () => {
    let isClosed = false;
    plug2.once('close', () => (isClosed = true));
    await revoke(service, 'plug2');
    await eventually(() => isClosed);
    await expect(connectAs(service, 'plug2')).rejects.toThrow(/not authorized/i);
    expect(plug1.connected).toBe(true);
    const before = await service.readingsOf('UP-P-1');
    await plug1.publishAsync('tele/plug1/SENSOR', energy(400, '2025-06-01T15:00:00'), { qos: 1 });
    await eventually(async () => (await service.readingsOf('UP-P-1')) > before);
  });
});

it('services log in at NATS with the URL that they are given', async () => {
  const connection = await connectNats({
    servers: service.nats.url.replace('://', '://metermesh:secret@'),
    name: 'x',
  });
  expect(connection.info?.headers).toBe(true);
  await connection.close();
});
