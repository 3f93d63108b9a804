import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { csvRows } from '../csv-rows.ts';
import type { LocatedRow } from '../located-row.ts';
import { metersAt, xmlRows } from './xml-rows.ts';

const MEGABYTE = 1024 * 1024;
const start = Date.parse('2025-06-01T00:00:00Z');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The part over and over, with what surrounds it, until it is so long. */
async function* document(octets: number, head: string, part: (index: number) => string, tail: string) {
  let sent = 0;
  yield Buffer.from(head);
  for (let index = 0; sent < octets; index++) {
    const chunk = Buffer.from(part(index));
    sent += chunk.length;
    yield chunk;
  }
  yield Buffer.from(tail);
}

const end = (index: number, i: number) => new Date(start + (index * 96 + i + 1) * 900_000).toISOString();
const quarters = Array.from({ length: 96 }, (_, i) => i);

/** Of many meters, a day each. */
const meterReadings = (octets: number) =>
  document(
    octets,
    '<MeterReadings>',
    (index) =>
      `<MeterReading><IntervalBlocks>${quarters
        .map(
          (i) =>
            `<IntervalReadings><timeStamp>${end(index, i)}</timeStamp><value>${i}</value><ReadingQualities><ReadingQualityType ref="1.0.0"/></ReadingQualities></IntervalReadings>`,
        )
        .join('')}<ReadingType ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0"/></IntervalBlocks>
       <Meter><Names><name>M${index % 1000}</name></Names></Meter></MeterReading>`,
    '</MeterReadings>',
  );

/** Of one meter, a day each block. */
const greenButton = (octets: number) =>
  document(
    octets,
    `<feed><entry><link rel="self" href="/UsagePoint/1/MeterReading/1"/><link rel="related" href="/R"/><content><MeterReading/></content></entry>
     <entry><link rel="self" href="/R"/><content><ReadingType><accumulationBehaviour>4</accumulationBehaviour><commodity>1</commodity>
     <flowDirection>1</flowDirection><intervalLength>900</intervalLength><uom>72</uom></ReadingType></content></entry>`,
    (index) =>
      `<entry><link rel="up" href="/UsagePoint/1/MeterReading/1/IntervalBlock"/><content><IntervalBlock>${quarters
        .map(
          (i) =>
            `<IntervalReading><cost>1</cost><timePeriod><duration>900</duration><start>${start / 1000 + (index * 96 + i) * 900}</start></timePeriod><value>${i}</value></IntervalReading>`,
        )
        .join('')}</IntervalBlock></content></entry>`,
    '</feed>',
  );

const csv = (octets: number) =>
  document(
    octets,
    'serialNumber,channel,start,intervalSeconds,value,unit\n',
    (index) =>
      quarters.map((i) => `M${index % 1000},active-energy-import,${end(index, i)},900,${i},Wh\n`).join(''),
    '',
  );

describe('a file of any length', () => {
  const meterAt = metersAt(new URLSearchParams('serialNumber=M1'));
  it.each<[form: string, megabytes: number, rows: (octets: number) => AsyncIterable<LocatedRow>]>([
    ['IEC 61968-9', 8, (octets) => xmlRows(meterReadings(octets), meterAt)],
    ['Green Button', 8, (octets) => xmlRows(greenButton(octets), meterAt)],
    ['CSV', 3, (octets) => csvRows(csv(octets))],
  ])(
    'of %s is read in memory that does not grow with it',
    async (form, megabytes, rowsOf) => {
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      let most = 0;
      let values = 0;
      let rows = 0;
      for await (const { row } of rowsOf(megabytes * MEGABYTE)) {
        if (isRefusal(row)) throw new Error(row.message);
        values += 'values' in row ? row.values.length : 1;
        if (++rows % (form === 'CSV' ? 10_000 : 200) === 0) {
          collectGarbage();
          most = Math.max(most, process.memoryUsage().heapUsed - before);
        }
      }
      expect(values).toBeGreaterThan(megabytes * 5000);
      expect(values % 96).toBe(0);
      expect(most).toBeLessThan(4 * MEGABYTE);
    },
    120_000,
  );
});
