import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

const register = async (serialNumber: string, ...addresses: string[]) =>
  registerMeter(service, {
    serialNumber,
    usagePointId: `UP-${serialNumber}`,
    timeZone: 'Europe/Amsterdam',
    registered: { addresses },
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
    await eventually(async () => (await service.readingsOf('UP-G-2')) === 2);
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
