import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodeAttributeReport,
  encodeRecords,
  encodeWireless,
  toHex,
  vib,
  withCluster,
  zclType,
  type Keys,
  type MessageSecurity,
} from '@metermesh/protocols';
import type { UploadedFrames } from '../src/head-end/frames/record-frames.ts';
import { FrameListeners } from '../src/head-end/frames/frame-listeners.ts';
import {
  eventually,
  registerMeter,
  runIngestion,
  UPLOAD_TOKEN,
  type RunningIngestion,
} from './running-ingestion.ts';

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion({ FRAME_LISTENERS: 'dsmr:0,mbus:0' });
}, 60_000);
afterAll(() => service?.stop());

const upload = async (protocol: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}/frames/${protocol}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${UPLOAD_TOKEN}`,
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/octet-stream',
      ...headers,
    },
    body: body as BodyInit,
  });
const answerTo = async (...request: Parameters<typeof upload>) =>
  (await (await upload(...request)).json()) as UploadedFrames;

const octetText = (text: string) => Buffer.from(text).toString('hex').toUpperCase();

/** A telegram of DSMR 3.0, which has no check: an electricity meter, and a gas meter behind it. */
const telegram = (electricity: string, gas: string, kWh = '00185.000') =>
  [
    '/ISk5\\2MT382-1003',
    '',
    `0-0:96.1.1(${octetText(electricity)})`,
    '0-0:1.0.0(250601120000S)',
    `1-0:1.8.1(${kWh}*kWh)`,
    '0-1:24.1.0(003)',
    `0-1:96.1.0(${octetText(gas)})`,
    '0-1:24.2.1(250601120000S)(00024.123*m3)',
    '!',
    '',
  ].join('\r\n');

const register = async (serialNumber: string, address: string, keys?: Keys) =>
  registerMeter(service, {
    serialNumber,
    keys,
    usagePointId: `UP-${serialNumber}`,
    timeZone: 'Europe/Amsterdam',
    registered: { addresses: [address] },
  });

describe('frames over HTTP', () => {
  it('become readings of every device that they speak for', async () => {
    await register('E-1', 'dsmr:ELEC-ONE');
    await register('G-1', 'dsmr:GAS-ONE');
    expect(await answerTo('dsmr', telegram('ELEC-ONE', 'GAS-ONE'))).toEqual({
      accepted: 2,
      repeated: 0,
      refused: 0,
      frames: [
        { frame: 1, device: 'ELEC-ONE', status: 'accepted' },
        { frame: 1, device: 'GAS-ONE', status: 'accepted' },
      ],
    });
    await eventually(async () => (await service.readingsOf('UP-E-1')) === 1);
    await eventually(async () => (await service.readingsOf('UP-G-1')) === 1);
    expect(await answerTo('dsmr', telegram('ELEC-ONE', 'GAS-ONE'))).toMatchObject({
      accepted: 0,
      repeated: 2,
    });
  });

  it('are answered one by one, and what is refused waits in quarantine until its meter is known', async () => {
    await register('E-2', 'dsmr:ELEC-TWO');
    const answer = await answerTo(
      'dsmr',
      telegram('ELEC-TWO', 'GAS-TWO') + telegram('ELEC-TWO', 'GAS-TWO', '00186.000'),
    );
    expect(answer).toMatchObject({ accepted: 2, refused: 2 });
    expect(answer.frames[1]).toMatchObject({ frame: 1, device: 'GAS-TWO', code: 'UNKNOWN_METER' });
    await register('G-2', 'dsmr:GAS-TWO');
    // Both telegrams show the same reading of the gas meter, which is one fact.
    await eventually(async () => (await service.readingsOf('UP-G-2')) === 1);
    const { rows } = await service.database.query(
      `SELECT status, context FROM quarantined_frame WHERE device = 'GAS-TWO' ORDER BY number`,
    );
    expect(rows).toEqual(Array(2).fill({ status: 'REPLAYED', context: { protocol: 'dsmr', part: '1' } }));
  });

  it('are refused as a whole where nobody can tell what they are', async () => {
    expect(await (await upload('abacus', 'ff')).json()).toMatchObject({
      error: { code: 'PROTOCOL_UNKNOWN' },
    });
    expect((await upload('dsmr', '', { 'content-type': 'image/png' })).status).toBe(415);
    expect((await upload('dsmr', telegram('A', 'B'), { authorization: 'Bearer nobody' })).status).toBe(401);
    expect(await answerTo('mbus', 'xyz')).toMatchObject({
      refused: 1,
      frames: [{ frame: 1, code: 'HEX_INVALID' }],
    });
  });

  it('say so where their body cannot be read', async () => {
    const answer = await upload('dsmr', 'no gzip', { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'UPLOAD_UNREADABLE' } });
  });

  it('of nobody do not hold their connection, however slowly they come', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', () => {});
    socket.write(
      'POST /frames/dsmr HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9999\r\n\r\n',
    );
    const drip = setInterval(() => socket.write('x'), 100);
    await eventually(() => socket.closed, 15_000);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  }, 20_000);
});

describe('frames that a meter has sealed', () => {
  const key = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
  const frameOf = (identification: string, security?: MessageSecurity, litres = 28_271) =>
    encodeWireless({
      address: { manufacturer: 'ELS', identification, version: 1, deviceType: 7 },
      accessNumber: 42,
      records: encodeRecords([{ vib: vib.volumeL, data: { field: 'int32', value: litres } }]),
      security,
    });
  const codeOf = async (frame: Uint8Array) => {
    const { frames } = await answerTo('mbus', toHex(frame));
    return frames[0]!.code ?? frames[0]!.status;
  };

  it('are opened with the key of the meter whose address they show in the clear', async () => {
    await register('W-1', 'mbus:ELS-12345678', { encryptionKey: key });
    expect(await codeOf(frameOf('12345678', { mode: 5, key }))).toBe('accepted');
    expect(await codeOf(frameOf('12345678', { mode: 7, key, counter: 1 }))).toBe('accepted');
    await eventually(async () => (await service.readingsOf('UP-W-1')) === 2);
  });

  it('are taken in the order in which they came, however many at once', async () => {
    await register('W-4', 'mbus:ELS-44444444', { encryptionKey: key });
    const lines = Array.from({ length: 300 }, (_, counter) =>
      toHex(frameOf('44444444', { mode: 7, key, counter: counter + 1 }, counter)),
    );
    const answer = await answerTo('mbus', lines.join('\n'));
    expect(answer).toMatchObject({ accepted: 300, refused: 0 });
  });

  it('are refused with another key, and so is what anybody could have sent', async () => {
    await register('W-2', 'mbus:ELS-22222222', { encryptionKey: key });
    expect(await codeOf(frameOf('22222222', { mode: 5, key: Buffer.alloc(16, 7) }))).toBe(
      'MBUS_DECRYPTION_FAILED',
    );
    expect(await codeOf(frameOf('22222222'))).toBe('FRAME_CIPHERING_REQUIRED');
    expect(await service.readingsOf('UP-W-2')).toBe(0);
  });

  it('wait for their meter, and then for its key', async () => {
    const frame = frameOf('33333333', { mode: 5, key });
    expect(await codeOf(frame)).toBe('UNKNOWN_METER');
    await register('W-3', 'mbus:ELS-33333333');
    await service.quarantined('MBUS_KEY_MISSING', '33333333');
    await register('W-3', 'mbus:ELS-33333333', { encryptionKey: key });
    await eventually(async () => (await service.readingsOf('UP-W-3')) === 1);
  });
});

describe('frames that do not name their device', () => {
  it('are of the one that is named beside them', async () => {
    await register('Z-9', 'zigbee:00124B0014D9A1B2');
    const frame = withCluster(
      0x0402,
      encodeAttributeReport({ sequence: 1, attributes: [{ id: 0, type: zclType.int16, value: 2150 }] }),
    );
    expect((await answerTo('zigbee', toHex(frame))).frames).toMatchObject([{ code: 'DEVICE_NOT_NAMED' }]);
    const named = await answerTo('zigbee?device=zigbee:00124B0014D9A1B2', toHex(frame));
    expect(named).toMatchObject({ accepted: 1, frames: [{ device: 'zigbee:00124B0014D9A1B2' }] });
  });
});

describe('messages that are otherwise sent over MQTT', () => {
  it('are taken line by line, and are of the client that their topic names', async () => {
    await register('T-1', 'mqtt:plug-7');
    const sensor = (hour: number, kWh: number) =>
      `tele/plug-7/SENSOR {"Time":"2025-06-01T1${hour}:00:00","ENERGY":{"Total":${kWh}}}`;
    const answer = await answerTo('tasmota', `${sensor(0, 1.5)}\n${sensor(1, 1.75)}\n`);
    expect(answer).toMatchObject({ accepted: 2, refused: 0 });
    await eventually(async () => (await service.readingsOf('UP-T-1')) === 2);
  });
});

describe('frames over TCP', () => {
  it('are cut out of the stream, however it is divided, and what is cut off is kept', async () => {
    await register('E-3', 'dsmr:ELEC-THREE');
    await register('G-3', 'dsmr:GAS-THREE');
    const [port] = service.app.get(FrameListeners).ports;
    const socket = connect(port!, '127.0.0.1');
    const text = `noise${telegram('ELEC-THREE', 'GAS-THREE')}${telegram('ELEC-THREE', 'GAS-THREE').slice(0, 90)}`;
    for (let at = 0; at < text.length; at += 50) socket.write(text.slice(at, at + 50));
    await eventually(async () => (await service.readingsOf('UP-G-3')) === 1);
    expect(await service.readingsOf('UP-E-3')).toBe(1);
    socket.end();
    await service.quarantined('P1_TELEGRAM_TRUNCATED', null);
  });
});
