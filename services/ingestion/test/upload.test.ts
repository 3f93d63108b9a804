import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventually,
  midnight,
  QUARTER,
  registerMeter,
  runIngestion,
  UPLOAD_TOKEN,
  type RunningIngestion,
} from './running-ingestion.ts';

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion({ UPLOAD_MAX_BYTES: '100000' });
}, 60_000);
afterAll(() => service?.stop());

const ofDay = (time: string, day = 1) => `2025-06-0${day}T${time}:00+09:00`;

describe('an upload', () => {
  const upload = async (
    type: string,
    body: string,
    headers: Record<string, string> = { authorization: `Bearer ${UPLOAD_TOKEN}` },
  ) => {
    const response = await fetch(`${service.url}/readings`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body,
    });
    return {
      status: response.status,
      answer: (await response.json()) as { rows: object[]; error?: { code: string } },
    };
  };
  beforeAll(() => registerMeter(service, { serialNumber: 'UP1', usagePointId: 'UP-UPLOAD' }));

  const json = JSON.stringify({
    readings: [
      {
        serialNumber: 'UP1',
        channel: 'active-energy-import',
        start: ofDay('00:00'),
        intervalSeconds: 900,
        unit: 'kWh',
        values: ['0.25', 0.5, null],
      },
      { serialNumber: 'UP1', obis: '1.0.1.8.0.255', readAt: ofDay('01:00'), value: '1234.5', unit: 'kWh' },
      {
        serialNumber: 'NOBODY',
        channel: 'active-energy-import',
        start: ofDay('00:00'),
        intervalSeconds: 900,
        values: [1],
      },
      {
        serialNumber: 'UP1',
        channel: 'gas-volume',
        start: ofDay('00:00'),
        intervalSeconds: 900,
        values: [1],
      },
      { serialNumber: 'UP1', start: 'yesterday', values: [] },
    ],
  });

  it('as JSON answers every row, and takes the good ones', async () => {
    const { status, answer } = await upload('application/json', json);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      accepted: 2,
      refused: 3,
      rows: [
        { line: 1, status: 'accepted' },
        { line: 2, status: 'accepted' },
        { line: 3, status: 'refused', code: 'UNKNOWN_METER' },
        { line: 4, status: 'refused', code: 'UNKNOWN_CHANNEL' },
        { line: 5, status: 'refused', code: 'UPLOAD_ROW_INVALID', message: expect.stringContaining('start') },
      ],
    });
    await eventually(
      async () => (await service.loadProfile('UP-UPLOAD', ofDay('00:00'), ofDay('01:00'))).total === '750',
    );
    expect(await service.quarantined('UPLOAD_ROW_INVALID', null)).toMatchObject({ source: 'http-json' });
  });

  it('with characters that no database holds is answered row by row like any other', async () => {
    const row = { start: ofDay('05:00'), intervalSeconds: 900, values: [1] };
    const { status, answer } = await upload(
      'application/json',
      JSON.stringify([
        { ...row, serialNumber: 'UP1\0', channel: 'active-energy-import' },
        { ...row, serialNumber: 'UP1', channel: 'steam\0' },
        { ...row, serialNumber: 'x'.repeat(9000), channel: 'active-energy-import' },
      ]),
    );
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      refused: 3,
      rows: [{ code: 'UPLOAD_ROW_INVALID' }, { code: 'UNKNOWN_CHANNEL' }, { code: 'UPLOAD_ROW_INVALID' }],
    });
  });

  it('sent again repeats, and records nothing', async () => {
    const before = await service.eventsOf('UP1');
    const { answer } = await upload('application/json', json);
    expect(answer).toMatchObject({ accepted: 0, repeated: 2, refused: 3 });
    expect(await service.eventsOf('UP1')).toBe(before);
  });

  it('as CSV names the line, and a bad row stops nobody', async () => {
    const lines = ['serialNumber,channel,start,intervalSeconds,value,unit'];
    for (let i = 0; i < 8; i++) {
      lines.push(
        `UP1,active-energy-import,${new Date(midnight + (8 + i) * QUARTER).toISOString()},900,${i === 3 ? 'four' : i},Wh`,
      );
    }
    lines.push('UP1,active-energy-import,too,many,fields,in,this,row');
    const { answer } = await upload('text/csv; charset=utf-8', lines.join('\n'));
    expect(answer).toMatchObject({ accepted: 7, repeated: 0, refused: 2 });
    expect(answer.rows[3]).toMatchObject({ line: 5, status: 'refused', code: 'UPLOAD_ROW_INVALID' });
    expect(answer.rows[8]).toMatchObject({ line: 10, status: 'refused', code: 'UPLOAD_ROW_INVALID' });
    await eventually(
      async () => (await service.loadProfile('UP-UPLOAD', ofDay('02:00'), ofDay('04:00'))).total === '25',
    );
  });

  it.each([
    ['UPLOAD_UNREADABLE', 400, 'application/json', '{"readings"'],
    ['UPLOAD_UNREADABLE', 400, 'application/json', '{"lectures": []}'],
    ['UPLOAD_TYPE_UNSUPPORTED', 415, 'application/xml', '<readings/>'],
    ['UPLOAD_TOO_LARGE', 413, 'text/csv', 'x'.repeat(100_001)],
  ])('is refused with %s', async (code, status, type, body) => {
    expect(await upload(type, body)).toMatchObject({ status, answer: { error: { code } } });
  });

  it.each([
    ['CLAIMS_MISSING', 401, {}],
    ['TOKEN_INVALID', 401, { authorization: 'Bearer something-else' }],
    ['CLAIMS_INVALID', 401, { 'x-metermesh-claims': 'forged' }],
  ])('is refused with %s', async (code, status, headers) => {
    expect(await upload('application/json', json, headers)).toMatchObject({
      status,
      answer: { error: { code } },
    });
  });

  it('is not even read of one who may not upload', async () => {
    expect(await upload('text/csv', 'x'.repeat(100_001), {})).toMatchObject({
      status: 401,
      answer: { error: { code: 'CLAIMS_MISSING' } },
    });
  });
});
