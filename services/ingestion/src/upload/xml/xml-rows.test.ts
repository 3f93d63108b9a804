import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { readUploadRow } from '../upload-row.ts';
import { UnreadableUpload } from '../unreadable.ts';
import { metersAt, xmlRows, type SourcedRow } from './xml-rows.ts';

/** The document in pieces that respect nothing: neither tags nor characters. */
async function* pieces(document: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const octets = Buffer.from(document as string);
  for (let i = 0; i < octets.length; i += size) yield octets.subarray(i, i + size);
}

async function rowsOf(document: string, query = ''): Promise<{ rows: SourcedRow[]; unreadable?: string }> {
  const rows: SourcedRow[] = [];
  try {
    for await (const row of xmlRows(pieces(document), metersAt(new URLSearchParams(query)))) rows.push(row);
  } catch (error) {
    if (!(error instanceof UnreadableUpload)) throw error;
    return { rows, unreadable: error.refusal.message };
  }
  return { rows };
}

const outcome = ({ row, record }: SourcedRow) => (isRefusal(row) ? row.code : record);

const intervals = (type: string, readings: string) =>
  `<m:IntervalBlocks>${readings}<m:ReadingType ref="${type}"/></m:IntervalBlocks>`;
const reading = (timeStamp: string, value: string, more = '') =>
  `<m:IntervalReadings><m:timeStamp>${timeStamp}</m:timeStamp><m:value>${value}</m:value>${more}</m:IntervalReadings>`;
const quality = (ref: string) =>
  `<m:ReadingQualities><m:ReadingQualityType ref="${ref}"/></m:ReadingQualities>`;
const meter =
  '<m:Meter><m:Names><m:name>M1</m:name><m:NameType><m:name>MeterSerialNumber</m:name></m:NameType></m:Names></m:Meter>';
const message = (...meterReadings: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><e:EventMessage xmlns:e="http://iec.ch/TC57/2011/schema/message">
  <e:Header><e:Noun>MeterReadings</e:Noun></e:Header><e:Payload>
  <m:MeterReadings xmlns:m="http://iec.ch/TC57/2011/MeterReadings#">${meterReadings
    .map((inside) => `<m:MeterReading>${inside}</m:MeterReading>`)
    .join('')}</m:MeterReadings></e:Payload></e:EventMessage>`;

const QUARTER_KWH = '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0';
const REGISTER_KWH = '0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0';

describe('MeterReadings of IEC 61968-9', () => {
  it('are rows of intervals that follow one another, in the unit without its multiplier', async () => {
    const { rows } = await rowsOf(
      message(
        intervals(
          QUARTER_KWH,
          reading('2025-06-01T00:15:00+09:00', '0.25') +
            reading('2025-06-01T00:30:00+09:00', '1') +
            reading('2025-05-31T16:00:00Z', '0.5', quality('3.8.1')),
        ) + meter,
      ),
    );
    expect(rows.map(outcome)).toEqual([
      {
        serialNumber: 'M1', channel: 'active-energy-import', accumulation: 'interval', unit: 'Wh',
        start: '2025-05-31T15:00:00.000Z', intervalSeconds: 900, values: ['250', '1000'],
      },
      {
        serialNumber: 'M1', channel: 'active-energy-import', accumulation: 'interval', unit: 'Wh',
        start: '2025-05-31T15:45:00.000Z', intervalSeconds: 900, values: ['500'], qualities: ['estimated'],
      },
    ]); // prettier-ignore
    expect(rows[0]).toMatchObject({ source: 'http-meter-readings', line: 3 });
  });

  it('are registers where they have no period', async () => {
    const { rows } = await rowsOf(
      message(
        `${meter}<m:Readings><m:timeStamp>2025-06-01T00:00:00Z</m:timeStamp><m:value>1234.5</m:value><m:ReadingType ref="${REGISTER_KWH}"/></m:Readings>`,
      ),
    );
    expect(rows.map(outcome)).toEqual([
      {
        serialNumber: 'M1',
        obis: '1.0.1.8.0.255',
        readAt: '2025-06-01T00:00:00.000Z',
        value: '1234500',
        unit: 'Wh',
      },
    ]);
  });

  it.each([
    ['0.0.7.4.19.1.12.0.0.0.0.0.0.0.0.0.72.0', { channel: 'active-energy-export', intervalSeconds: 3600 }],
    ['0.0.5.4.1.1.12.0.0.0.0.0.0.0.0.0.73.0', { channel: 'reactive-energy-import', intervalSeconds: 1800 }],
    ['0.0.4.4.1.7.58.0.0.0.0.0.0.0.0.0.42.0', { channel: 'gas-volume', intervalSeconds: 86_400, unit: 'm3' }],
    [
      '0.0.7.1.1.9.58.0.0.0.0.0.0.0.0.0.134.0',
      { channel: 'water-volume', accumulation: 'cumulative', unit: 'L' },
    ],
    ['0.0.3.12.0.0.46.0.0.0.0.0.0.0.0.0.23.0', { channel: 'temperature', accumulation: 'instantaneous' }],
  ])('of type %s fill the channel that it names', async (type, expected) => {
    const { rows } = await rowsOf(message(meter + intervals(type, reading('2025-06-01T00:00:00Z', '7'))));
    expect(rows.map(outcome)).toMatchObject([expected]);
  });

  it('take the period where one is given, and leave out what is missing', async () => {
    const period =
      '<m:timePeriod><m:start>2025-06-01T00:00:00Z</m:start><m:end>2025-06-01T00:30:00Z</m:end></m:timePeriod>';
    const { rows } = await rowsOf(
      message(
        meter + intervals(QUARTER_KWH, reading('2025-06-01T09:00:00Z', '7', period + quality('2.5.259'))),
      ),
    );
    expect(rows.map(outcome)).toMatchObject([
      { start: '2025-06-01T00:00:00.000Z', intervalSeconds: 1800, values: [null], qualities: ['missing'] },
    ]);
  });

  it('refuse what cannot be read, each for itself, and go on', async () => {
    const { rows } = await rowsOf(
      message(
        intervals(QUARTER_KWH, reading('2025-06-01T00:15:00', '1') + reading('2025-06-01T00:30:00Z', 'x')) +
          meter,
        intervals(QUARTER_KWH, reading('2025-06-01T00:15:00Z', '1')),
        meter + intervals('kWh', reading('2025-06-01T00:15:00Z', '1')),
        meter + intervals(QUARTER_KWH, reading('2025-06-01T00:15:00Z', '1')),
      ),
    );
    expect(rows.map(outcome)).toMatchObject([
      'UPLOAD_ROW_INVALID',
      'UPLOAD_ROW_INVALID',
      'DEVICE_NOT_NAMED',
      'READING_TYPE_UNKNOWN',
      { serialNumber: 'M1' },
    ]);
  });

  it('are rows that quarantine can read again', async () => {
    const { rows } = await rowsOf(
      message(meter + intervals(QUARTER_KWH, reading('2025-06-01T00:15:00Z', '1', quality('3.6.1')))),
    );
    const [{ record, row }] = rows as [SourcedRow];
    expect(readUploadRow(JSON.parse(JSON.stringify(record)))).toEqual(row);
  });
});

const entry = (links: Record<string, string>, content: string) =>
  `<entry>${Object.entries(links)
    .map(([rel, href]) => `<link rel="${rel.split(' ')[0]}" href="${href}"/>`)
    .join('')}<content>${content}</content></entry>`;
const espi = (usagePoint: string, uom = 72) => [
  entry(
    {
      self: `/UsagePoint/${usagePoint}/MeterReading/1`,
      up: `/UsagePoint/${usagePoint}/MeterReading`,
      related: `/UsagePoint/${usagePoint}/MeterReading/1/IntervalBlock`,
      'related 2': '/ReadingType/7',
    },
    '<e:MeterReading xmlns:e="http://naesb.org/espi"/>',
  ),
  entry(
    { self: '/ReadingType/7' },
    `<e:ReadingType xmlns:e="http://naesb.org/espi"><e:accumulationBehaviour>4</e:accumulationBehaviour><e:commodity>1</e:commodity><e:flowDirection>1</e:flowDirection>
     <e:intervalLength>3600</e:intervalLength><e:powerOfTenMultiplier>-1</e:powerOfTenMultiplier><e:uom>${uom}</e:uom></e:ReadingType>`,
  ),
  entry(
    {
      self: `/UsagePoint/${usagePoint}/MeterReading/1/IntervalBlock/9`,
      up: `/UsagePoint/${usagePoint}/MeterReading/1/IntervalBlock`,
    },
    `<e:IntervalBlock xmlns:e="http://naesb.org/espi"><e:interval><e:duration>7200</e:duration><e:start>1748736000</e:start></e:interval>
     <e:IntervalReading><e:value>105</e:value></e:IntervalReading>
     <e:IntervalReading><e:ReadingQuality><e:quality>8</e:quality></e:ReadingQuality><e:value>210</e:value></e:IntervalReading></e:IntervalBlock>`,
  ),
];
const feed = (...entries: string[]) => `<feed xmlns="http://www.w3.org/2005/Atom">${entries.join('')}</feed>`;

describe('a Green Button feed', () => {
  const expected = {
    serialNumber: 'M1', channel: 'active-energy-import', accumulation: 'interval', unit: 'Wh',
    start: '2025-06-01T00:00:00.000Z', intervalSeconds: 3600, values: ['10.5', '21.0'], qualities: ['actual', 'estimated'],
  }; // prettier-ignore

  it('is read by its links, in whatever order entries come', async () => {
    const [reading, type, block] = espi('A') as [string, string, string];
    for (const entries of [
      [reading, type, block],
      [block, type, reading],
      [type, block, reading],
    ]) {
      const { rows } = await rowsOf(feed(...entries), 'serialNumber=M1');
      expect(rows.map(outcome)).toEqual([expected]);
    }
  });

  it('of several usage points needs the meter of each', async () => {
    const both = feed(...espi('A'), ...espi('B'));
    const told = await rowsOf(both, 'usagePoint=A:M1&usagePoint=B:M2');
    expect(told.rows.map(outcome)).toEqual([expected, { ...expected, serialNumber: 'M2' }]);
    expect((await rowsOf(both, 'serialNumber=M1')).rows.map(outcome)).toEqual([expected, 'DEVICE_NOT_NAMED']);
    expect((await rowsOf(both)).rows.map(outcome)).toEqual(['DEVICE_NOT_NAMED', 'DEVICE_NOT_NAMED']);
  });

  it('refuses blocks of which nobody can say what they are', async () => {
    const [, , block] = espi('A');
    expect((await rowsOf(feed(block!), 'serialNumber=M1')).rows.map(outcome)).toEqual([
      'READING_TYPE_UNKNOWN',
    ]);
    expect((await rowsOf(feed(...espi('A', 999)), 'serialNumber=M1')).rows.map(outcome)).toEqual([
      'READING_TYPE_UNKNOWN',
    ]);
  });
});

describe('a document that is not to be trusted', () => {
  it.each([
    ['a document type', '<!DOCTYPE feed [<!ENTITY a "b">]><feed/>', 'document type'],
    ['an entity that is none of XML', '<feed>&a;</feed>', 'not well-formed'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><feed/>', 'ISO-8859-1'],
    ['depth', `<feed>${'<a>'.repeat(40)}`, 'more than 32 deep'],
    ['width', `<feed><entry><ReadingType>${'<a/>'.repeat(1001)}`, 'more than 1000 elements'],
    ['a long text', `<feed><link>${'x'.repeat(20_000)}</link>`, 'more than 10000'],
    ['a long tag', `<feed><a b="${'x'.repeat(2_000_000)}`, 'more than 1000000'],
    ['a long comment', `<feed><!-- ${'x'.repeat(2_000_000)}`, 'more than 1000000'],
    ['another root', '<html></html>', 'neither MeterReadings'],
    ['nothing', '', 'not well-formed'],
  ])('with %s is refused', async (_what, document, message) => {
    const { rows, unreadable } = await rowsOf(document, 'serialNumber=M1');
    expect(rows).toEqual([]);
    expect(unreadable).toContain(message);
  });

  it('gives what was whole before it broke off', async () => {
    const whole = message(meter + intervals(QUARTER_KWH, reading('2025-06-01T00:15:00Z', '1')));
    const { rows, unreadable } = await rowsOf(whole.slice(0, whole.indexOf('</m:MeterReadings>')));
    expect(rows.map(outcome)).toMatchObject([{ serialNumber: 'M1' }]);
    expect(unreadable).toContain('not well-formed');
  });
});

const corpus = process.env['METERMESH_CORPUS'];
(corpus ? describe : describe.skip)('the published Green Button sample (METERMESH_CORPUS)', () => {
  it('is a day of quarter-hours, of which two are estimated', async () => {
    const rows: SourcedRow[] = [];
    const file = createReadStream(join(corpus!, 'greenbutton/test_usage_data_01.xml'), {
      highWaterMark: 100,
    });
    for await (const row of xmlRows(file, metersAt(new URLSearchParams('serialNumber=M1')))) rows.push(row);
    expect(rows).toHaveLength(1);
    const { values, qualities, start, intervalSeconds, unit, channel } = rows[0]!.record as Record<
      string,
      never[]
    >;
    expect({ start, intervalSeconds, unit, channel }).toEqual({
      start: '2012-03-01T05:00:00.000Z', intervalSeconds: 900, unit: 'Wh', channel: 'active-energy-import',
    }); // prettier-ignore
    expect(values).toHaveLength(96);
    expect(values!.slice(0, 3)).toEqual(['282', '323', '294']);
    expect(qualities!.map(String).filter((name) => name !== 'actual')).toEqual(['estimated', 'estimated']);
  });
});
