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
    body: string | ReadableStream,
    headers: Record<string, string> = { authorization: `Bearer ${UPLOAD_TOKEN}` },
    query = '',
  ) => {
    const response = await fetch(`${service.url}/readings${query}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body,
      duplex: 'half',
    } as RequestInit);
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
    expect(answer.rows).toMatchObject([
      { line: 5, status: 'refused', code: 'UPLOAD_ROW_INVALID' },
      { line: 10, status: 'refused', code: 'UPLOAD_ROW_INVALID' },
    ]);
    await eventually(
      async () => (await service.loadProfile('UP-UPLOAD', ofDay('02:00'), ofDay('04:00'))).total === '25',
    );
  });

  describe('as a file of any length', () => {
    const SERIES = '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0';
    const at = (quarters: number) => new Date(midnight + 30 * 86_400_000 + quarters * QUARTER).toISOString();
    const meterReading = (serialNumber: string, readings: string) =>
      `<MeterReading><IntervalBlocks>${readings}<ReadingType ref="${SERIES}"/></IntervalBlocks>
       <Meter><Names><name>${serialNumber}</name></Names></Meter></MeterReading>`;
    const reading = (end: number, value: string, quality = '') =>
      `<IntervalReadings><timeStamp>${at(end)}</timeStamp><value>${value}</value>${quality}</IntervalReadings>`;
    const meterReadings = (...readings: string[]) =>
      `<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">${readings.join('')}</MeterReadings>`;
    const estimated = '<ReadingQualities><ReadingQualityType ref="3.8.1"/></ReadingQualities>';

    it('of IEC 61968-9 records readings with their quality, refuses the rest, and repeats', async () => {
      const document = meterReadings(
        meterReading('UP1', reading(1, '100') + reading(2, '200', estimated)),
        meterReading('NOBODY', reading(1, '1')),
      );
      const { status, answer } = await upload('application/xml', document);
      expect(status).toBe(200);
      expect(answer).toMatchObject({ accepted: 1, refused: 1, rows: [{ line: 2, code: 'UNKNOWN_METER' }] });
      await eventually(async () => (await service.loadProfile('UP-UPLOAD', at(0), at(2))).total === '300');
      const { intervals } = await service.loadProfile('UP-UPLOAD', at(0), at(2));
      expect(intervals.map(({ value, quality }) => [value, quality])).toEqual([
        ['100', 'ACTUAL'],
        ['200', 'ESTIMATED'],
      ]);
      expect((await upload('text/xml', document)).answer).toMatchObject({
        accepted: 0,
        repeated: 1,
        refused: 1,
      });
    });

    it('is replayed from quarantine when its meter is known', async () => {
      const document = meterReadings(meterReading('UP-LATER', reading(1, '42')));
      expect((await upload('application/xml', document)).answer).toMatchObject({ refused: 1 });
      await service.quarantined('UNKNOWN_METER', 'UP-LATER');
      await registerMeter(service, { serialNumber: 'UP-LATER', usagePointId: 'UP-LATER-POINT' });
      await eventually(
        async () => (await service.loadProfile('UP-LATER-POINT', at(0), at(1))).total === '42',
      );
    });

    it('of Green Button goes to the meter that the query names', async () => {
      const link = (rel: string, href: string) =>
        `<link rel="${rel}" href="/UsagePoint/5/MeterReading/1${href}"/>`;
      const document = `<feed xmlns="http://www.w3.org/2005/Atom">
        <entry>${link('self', '')}${link('related', '/IntervalBlock')}<link rel="related" href="/ReadingType/7"/>
          <content><MeterReading xmlns="http://naesb.org/espi"/></content></entry>
        <entry><link rel="self" href="/ReadingType/7"/><content><ReadingType xmlns="http://naesb.org/espi">
          <accumulationBehaviour>4</accumulationBehaviour><commodity>1</commodity><flowDirection>1</flowDirection>
          <intervalLength>900</intervalLength><powerOfTenMultiplier>3</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>
        <entry>${link('up', '/IntervalBlock')}<content><IntervalBlock xmlns="http://naesb.org/espi">
          <interval><duration>900</duration><start>${Date.parse(at(8)) / 1000}</start></interval>
          <IntervalReading><value>3</value></IntervalReading></IntervalBlock></content></entry></feed>`;
      expect(await upload('application/atom+xml', document)).toMatchObject({
        status: 200,
        answer: { refused: 1, rows: [{ code: 'DEVICE_NOT_NAMED' }] },
      });
      const named = await upload('application/atom+xml', document, undefined, '?serialNumber=UP1');
      expect(named.answer).toMatchObject({ accepted: 1, refused: 0 });
      await eventually(async () => (await service.loadProfile('UP-UPLOAD', at(8), at(9))).total === '3000');
    });

    it('of a meter that nobody knows waits in quarantine a block at a time', async () => {
      const lines = Array.from({ length: 500 }, (_, i) => `UP-MANY,active-energy-import,${at(i)},900,1,Wh`);
      const csv = `serialNumber,channel,start,intervalSeconds,value,unit\n${lines.join('\n')}`;
      expect((await upload('text/csv', csv)).answer).toMatchObject({ refused: 500, rows: { length: 100 } });
      await service.quarantined('UNKNOWN_METER', 'UP-MANY');
      const { rows } = await service.database.query(`SELECT FROM quarantined_frame WHERE device = 'UP-MANY'`);
      expect(rows).toHaveLength(1);
      await registerMeter(service, { serialNumber: 'UP-MANY', usagePointId: 'UP-MANY-POINT' });
      await eventually(
        async () => (await service.loadProfile('UP-MANY-POINT', at(0), at(500))).total === '500',
      );
    });

    it('that breaks off is answered with what was whole before', async () => {
      const document = meterReadings(
        meterReading('UP1', reading(20, '7')),
        meterReading('UP1', reading(21, '8')),
      );
      const { status, answer } = await upload('application/xml', document.slice(0, -60));
      expect(status).toBe(400);
      expect(answer).toMatchObject({ error: { code: 'UPLOAD_UNREADABLE' }, accepted: 1, refused: 0 });
      await eventually(async () => (await service.loadProfile('UP-UPLOAD', at(19), at(20))).total === '7');
    });

    it('is not read ahead of what is written down', async () => {
      const rows = 1000;
      const padding = ' '.repeat(24_000);
      let sent = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          // Every other quarter-hour, so that each is a row.
          const row = meterReading('UP1', reading(100 + 2 * sent, '1')) + padding;
          sent += 1;
          const [head, tail] = [sent === 1 ? '<MeterReadings>' : '', sent === rows ? '</MeterReadings>' : ''];
          controller.enqueue(Buffer.from(head + row + tail));
          if (sent === rows) controller.close();
        },
      });
      let answered: Awaited<ReturnType<typeof upload>> | undefined;
      await service.whileNothingIsRecorded(async () => {
        void upload('application/xml', body).then((answer) => (answered = answer));
        let before = -1;
        while (before !== sent) {
          before = sent;
          await new Promise((resolve) => setTimeout(resolve, 2000));
        }
        expect(answered).toBeUndefined();
        expect(sent).toBeLessThan(rows);
      });
      await eventually(() => answered !== undefined, 60_000);
      expect(answered!.answer).toMatchObject({ accepted: rows, refused: 0 });
    }, 90_000);
  });

  it.each([
    ['UPLOAD_UNREADABLE', 400, 'application/json', '{"readings"'],
    ['UPLOAD_UNREADABLE', 400, 'application/json', '{"lectures": []}'],
    ['UPLOAD_TYPE_UNSUPPORTED', 415, 'application/pdf', '%PDF'],
    ['UPLOAD_TOO_LARGE', 413, 'application/json', `"${'x'.repeat(100_001)}"`],
    ['UPLOAD_UNREADABLE', 400, 'application/xml', '<readings/>'],
    ['UPLOAD_UNREADABLE', 400, 'application/xml', '<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>'],
    ['UPLOAD_UNREADABLE', 400, 'text/csv', `serialNumber\n"${'x'.repeat(200_000)}`],
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
