import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MeterAssignedToConcentratorSchema, MqttDialect } from '@metermesh/contracts';
import { encodeChirpstackUplink, encodeTheThingsStackUplink, type UplinkFields } from '@metermesh/protocols';
import type { MqttClient } from 'mqtt';
import { connectAs, issue, runIngestionWithMqtt } from './mqtt-clients.ts';
import { eventually, registerMeter, type RunningIngestion } from './running-ingestion.ts';

const folder = mkdtempSync(join(tmpdir(), 'payload-codecs-'));
let service: RunningIngestion;
let usersFile: string;
let chirpstack: MqttClient;
let things: MqttClient;

beforeAll(async () => {
  ({ service, usersFile } = await runIngestionWithMqtt({ PAYLOAD_CODECS: folder }));
  await issue(service, usersFile, {
    client: 'chirp',
    concentratorId: 'NS-1',
    dialect: MqttDialect.CHIRPSTACK,
  });
  await issue(service, usersFile, {
    client: 'tts',
    concentratorId: 'NS-2',
    dialect: MqttDialect.THE_THINGS_STACK,
  });
  [chirpstack, things] = await Promise.all([connectAs(service, 'chirp'), connectAs(service, 'tts')]);
}, 90_000);
afterAll(async () => {
  chirpstack?.end(true);
  things?.end(true);
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const APPLICATION = '17c82e96-be03-4f38-aef3-f83d48582d97';

async function register(number: number, payloadCodec: string | undefined, concentratorId = 'NS-1') {
  const serialNumber = `L-${number}`;
  const devEui = `70B3D57ED00000${String(number).padStart(2, '0')}`;
  await registerMeter(service, {
    serialNumber,
    usagePointId: `UP-${serialNumber}`,
    registered: {
      addresses: [`lorawan:${devEui}`],
      payloadCodec: payloadCodec ?? '',
      channels: [
        { readingType: 'water-volume', obis: '8.0.1.0.0.255', intervalSeconds: 3600 },
        { readingType: 'temperature', obis: '0.0.96.9.0.255', intervalSeconds: 3600 },
      ] as never,
    },
  });
  await service.tell(
    'device-registry',
    serialNumber,
    create(MeterAssignedToConcentratorSchema, { serialNumber, concentratorId }),
  );
  await eventually(async () => {
    const { rows } = await service.database.query(
      'SELECT 1 FROM meter_concentrator WHERE serial_number = $1 AND concentrator_id = $2',
      [serialNumber, concentratorId],
    );
    return rows.length === 1;
  });
  return { serialNumber, devEui, address: `lorawan:${devEui}` };
}

const uplink = (devEui: string, hex: string, more: Partial<UplinkFields> = {}): UplinkFields => ({
  devEui,
  applicationId: APPLICATION,
  port: 1,
  payload: Buffer.from(hex, 'hex'),
  frameCounter: 1,
  receivedAt: Date.parse('2025-06-01T12:00:00Z'),
  ...more,
});

const send = (client: MqttClient, { topic, payload }: { topic: string; payload: Uint8Array }) =>
  client.publishAsync(topic, Buffer.from(payload), { qos: 1 });

const registersOf = async (serialNumber: string) => {
  const { data, errors } = await service.graphql<{
    _entities: [
      { readings: { registers: { obis: string; value: string; unit: string }[]; source: string }[] },
    ];
  }>(
    `query ($id: ID!) { _entities(representations: [{ __typename: "UsagePoint", id: $id }]) {
       ... on UsagePoint { readings(last: 5) { source registers { obis value unit } } } } }`,
    { id: `UP-${serialNumber}` },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data._entities[0].readings;
};

describe('uplinks', () => {
  it('of ChirpStack become readings by the meter’s own payload codec', async () => {
    const { serialNumber, devEui } = await register(1, 'bmeters-hydrodigit');
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '4540e2010000000000')));
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 1);
    expect(await registersOf(serialNumber)).toMatchObject([
      {
        source: 'mqtt-chirpstack',
        registers: expect.arrayContaining([{ obis: '8.0.1.0.0.255', value: '123.456', unit: 'm3' }]),
      },
    ]);
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '4540e2010000000000')));
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '4541e2010000000000', { frameCounter: 2 })));
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 2);
  });

  it('of The Things Stack, too', async () => {
    const { serialNumber, devEui } = await register(2, 'milesight-em300-th', 'NS-2');
    await send(
      things,
      encodeTheThingsStackUplink(uplink(devEui, '0175320367c80004683c', { applicationId: 'app@t' })),
    );
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 1);
    expect(await registersOf(serialNumber)).toMatchObject([
      {
        source: 'mqtt-the-things-stack',
        registers: expect.arrayContaining([{ obis: '0.0.96.9.0.255', value: '20', unit: '°C' }]),
      },
    ]);
  });

  it('wait in quarantine for a codec, and are replayed once its file is dropped in', async () => {
    const { serialNumber, devEui, address } = await register(3, 'strangers-meter');
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '002a')));
    const { id } = await service.quarantined('PAYLOAD_CODEC_UNKNOWN', address);
    writeFileSync(
      join(folder, 'strangers-meter.js'),
      'function decodeUplink(i) { return { data: { water_volume_l: i.bytes[0] * 256 + i.bytes[1] } }; }',
    );
    const { data } = await service.graphql<{ replayQuarantinedFrames: { error: string | null }[] }>(
      'mutation ($ids: [ID!]!) { replayQuarantinedFrames(ids: $ids) { error } }',
      { ids: [id] },
    );
    expect(data.replayQuarantinedFrames).toEqual([{ error: null }]);
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 1);
    expect(await registersOf(serialNumber)).toMatchObject([
      { registers: [{ obis: '8.0.1.0.0.255', value: '0.042', unit: 'm3' }] },
    ]);
  });

  it('of a codec that loops are kept, and others go on', async () => {
    writeFileSync(join(folder, 'endless.js'), 'function decodeUplink() { for (;;); }');
    const bad = await register(4, 'endless');
    const good = await register(5, 'bmeters-hydrodigit');
    await Promise.all([
      send(chirpstack, encodeChirpstackUplink(uplink(bad.devEui, '00'))),
      send(chirpstack, encodeChirpstackUplink(uplink(good.devEui, '4540e2010000000000'))),
    ]);
    await service.quarantined('PAYLOAD_CODEC_TIMEOUT', bad.address);
    await eventually(async () => (await service.readingsOf(`UP-${good.serialNumber}`)) === 1);
  });

  it('are heard from the network server only to which the meter is assigned', async () => {
    const { serialNumber, devEui, address } = await register(6, 'bmeters-hydrodigit', 'NS-1');
    await send(things, encodeTheThingsStackUplink(uplink(devEui, '4540e2010000000000')));
    await service.quarantined('NOT_ITS_METER', address);
    expect(await service.readingsOf(`UP-${serialNumber}`)).toBe(0);
  });

  it('without a codec, or that are no messages at all, are told', async () => {
    const { devEui, address } = await register(7, undefined);
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '00')));
    await service.quarantined('PAYLOAD_CODEC_MISSING', address);
    const topic = `application/${APPLICATION}/device/${devEui.toLowerCase()}/event/up`;
    await send(chirpstack, { topic, payload: Uint8Array.of(10, 2, 3) });
    await service.quarantined('JSON_INVALID', null);
  });
});

describe('a status', () => {
  it('of a battery that is low is a device event', async () => {
    const { serialNumber, devEui } = await register(8, 'bmeters-hydrodigit');
    const status = {
      time: '2025-06-01T12:00:00Z',
      deviceInfo: { devEui: devEui.toLowerCase() },
      margin: 7,
      batteryLevel: 4.5,
    };
    await send(chirpstack, {
      topic: `application/${APPLICATION}/device/${devEui.toLowerCase()}/event/status`,
      payload: Buffer.from(JSON.stringify(status)),
    });
    await eventually(async () => {
      const { data } = await service.graphql<{ deviceEvents: { nodes: { type: string }[] } }>(
        'query ($serialNumber: String!) { deviceEvents(serialNumber: $serialNumber) { nodes { type } } }',
        { serialNumber },
      );
      return data.deviceEvents.nodes.some(({ type }) => type === 'BATTERY_LOW');
    });
  });
});

describe('a downlink', () => {
  const SEND = `mutation ($input: SendDownlinkInput!) { sendDownlink(input: $input) { id status payload fPort requestedBy } }`;
  const order = async (input: object, who: object = {}) => {
    const { data, errors } = await service.graphql<{
      sendDownlink: { id: string; status: string; payload: string; fPort: number };
    }>(SEND, { input: { reason: 'a test', ...input } }, who);
    return errors ? errors[0]!.extensions.code : data.sendDownlink;
  };
  const downlinksOf = async (serialNumber: string, who: object = {}) => {
    const { data } = await service.graphql<{ _entities: [{ downlinks: object[] }] }>(
      `query ($id: String!) { _entities(representations: [{ __typename: "Meter", serialNumber: $id }]) {
         ... on Meter { downlinks { id status confirmed requestedBy reason command explanation } } } }`,
      { id: serialNumber },
      who,
    );
    return data._entities[0].downlinks;
  };
  const heardBy = async (client: MqttClient, filter: string) => {
    const heard: { topic: string; message: never }[] = [];
    client.on('message', (topic, payload) =>
      heard.push({ topic, message: JSON.parse(payload.toString()) as never }),
    );
    await client.subscribeAsync(filter, { qos: 1 });
    return heard;
  };

  it('goes to ChirpStack, and what becomes of it is followed', async () => {
    const { serialNumber, devEui } = await register(10, 'milesight-em300-th');
    const eui = devEui.toLowerCase();
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '0367c800')));
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 1);
    const heard = await heardBy(chirpstack, 'application/+/device/+/command/down');
    const sent = await order({ serialNumber, command: '{"reportInterval": 1200}', confirmed: true });
    expect(sent).toMatchObject({ status: 'REQUESTED', payload: 'FF03B004', fPort: 85 });
    const { id } = sent as { id: string };
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([
      {
        topic: `application/${APPLICATION}/device/${eui}/command/down`,
        message: {
          devEui: eui,
          id,
          confirmed: true,
          fPort: 85,
          data: Buffer.from('ff03b004', 'hex').toString('base64'),
        },
      },
    ]);
    const tell = (event: string, more: object) =>
      send(chirpstack, {
        topic: `application/${APPLICATION}/device/${eui}/event/${event}`,
        payload: Buffer.from(JSON.stringify({ deviceInfo: { devEui: eui }, queueItemId: id, ...more })),
      });
    await tell('ack', { acknowledged: true });
    await tell('txack', {});
    const [followed] = await eventuallyOne(() => downlinksOf(serialNumber), 'ACKNOWLEDGED');
    expect(followed).toMatchObject({
      id,
      confirmed: true,
      requestedBy: 'op-1',
      reason: 'a test',
      command: '{"reportInterval":1200}',
    });
    expect(await downlinksOf(serialNumber, { roles: ['customer'] })).toEqual([]);
  });

  it('goes to The Things Stack, whose failure is told; another server cannot settle it', async () => {
    const { serialNumber, devEui, address } = await register(11, undefined, 'NS-2');
    await send(things, encodeTheThingsStackUplink(uplink(devEui, '00', { applicationId: 'app@tenant' })));
    await service.quarantined('PAYLOAD_CODEC_MISSING', address);
    const heard = await heardBy(things, 'v3/+/devices/+/down/push');
    const sent = (await order({ serialNumber, payload: 'beef', fPort: 15 })) as { id: string };
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([
      {
        topic: `v3/app@tenant/devices/eui-${devEui.toLowerCase()}/down/push`,
        message: {
          downlinks: [
            {
              f_port: 15,
              frm_payload: 'vu8=',
              confirmed: false,
              priority: 'NORMAL',
              correlation_ids: [sent.id],
            },
          ],
        },
      },
    ]);
    await send(chirpstack, {
      topic: `application/${APPLICATION}/device/${devEui.toLowerCase()}/event/ack`,
      payload: Buffer.from(
        JSON.stringify({
          deviceInfo: { devEui: devEui.toLowerCase() },
          queueItemId: sent.id,
          acknowledged: true,
        }),
      ),
    });
    const failed = { downlink: { correlation_ids: [sent.id] }, error: { message_format: 'too long' } };
    await send(things, {
      topic: `v3/app@tenant/devices/eui-${devEui.toLowerCase()}/down/failed`,
      payload: Buffer.from(JSON.stringify({ end_device_ids: { device_id: 'x' }, downlink_failed: failed })),
    });
    const [followed] = await eventuallyOne(() => downlinksOf(serialNumber), 'FAILED');
    expect(followed).toMatchObject({ explanation: 'too long' });
  });

  it('is refused to strangers, without a reason, and where it cannot be sent', async () => {
    const { serialNumber, devEui, address } = await register(12, 'milesight-em300-th');
    const ok = { serialNumber, payload: '01', fPort: 1 };
    expect(await order(ok, { roles: ['customer'] })).toBe('FORBIDDEN');
    expect(await order(ok, { roles: ['partner'] })).toBe('FORBIDDEN');
    expect(await order({ ...ok, reason: ' ' })).toBe('REASON_MISSING');
    expect(await order({ ...ok, serialNumber: 'NOBODY' })).toBe('METER_NOT_FOUND');
    expect(await order(ok)).toBe('METER_NOT_REACHABLE_BY_LORAWAN');
    expect(await order({ serialNumber })).toBe('DOWNLINK_INVALID');
    expect(await order({ ...ok, fPort: 0 })).toBe('DOWNLINK_INVALID');
    expect(await order({ ...ok, payload: 'xyz' })).toBe('DOWNLINK_INVALID');
    expect(await order({ ...ok, command: '{}' })).toBe('DOWNLINK_INVALID');
    expect(await order({ serialNumber, command: '[1]' })).toBe('DOWNLINK_INVALID');
    expect(await order({ serialNumber, command: '{"reportInterval": 1}' })).toBe('PAYLOAD_CODEC_ERRORS');
    // What another network server says of the device opens no way to it.
    await send(things, encodeTheThingsStackUplink(uplink(devEui, '0367c800')));
    await service.quarantined('NOT_ITS_METER', address);
    expect(await order(ok)).toBe('METER_NOT_REACHABLE_BY_LORAWAN');
  });

  it('does not switch a supply', async () => {
    writeFileSync(
      join(folder, 'valve.js'),
      `function encodeDownlink(i) { return { fPort: 2, bytes: [i.data.valve === undefined ? 1 : 7, i.data.interval || 0] }; }
       function decodeDownlink(i) { return i.bytes[0] === 7 ? { data: { valve: 'open' } } : { data: { interval: i.bytes[1] } }; }
       function decodeUplink() { return { data: { battery: 3.6 } }; }`,
    );
    writeFileSync(join(folder, 'valve.mapping.json'), '{ "switching": ["valve"] }');
    const { serialNumber, devEui } = await register(13, 'valve');
    await send(chirpstack, encodeChirpstackUplink(uplink(devEui, '00')));
    await eventually(async () => (await service.readingsOf(`UP-${serialNumber}`)) === 1);
    expect(await order({ serialNumber, command: '{"valve": "close"}' })).toBe('DOWNLINK_SWITCHES_SUPPLY');
    expect(await order({ serialNumber, payload: '0700', fPort: 2 })).toBe('DOWNLINK_SWITCHES_SUPPLY');
    expect(await order({ serialNumber, command: '{"interval": 5}' })).toMatchObject({ payload: '0105' });
    expect(await order({ serialNumber, payload: '0105', fPort: 2 })).toMatchObject({ status: 'REQUESTED' });
  });
});

async function eventuallyOne(read: () => Promise<object[]>, status: string): Promise<object[]> {
  let found: object[] = [];
  await eventually(async () => {
    found = await read();
    return found.length === 1 && (found[0] as { status: string }).status === status;
  });
  return found;
}
