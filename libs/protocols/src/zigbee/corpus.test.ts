import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { decodeZigbee } from './decode.ts';
import { encodeAps, withCluster } from './encode.ts';
import { zigbee } from './codec.ts';
import { readZclFrame } from './zcl-frame.ts';

interface Case {
  name: string;
  cluster: string;
  raw: string;
  expected: { command: string; tsn: number; attributes: { id: string; value: number | string }[] };
}

const corpus = process.env['METERMESH_CORPUS'];
const cases: Case[] = corpus ? JSON.parse(readFileSync(join(corpus, 'zigbee/zcl-frames.json'), 'utf8')) : [];
const octets = (hex: string) => fromHex(hex) as Uint8Array;

function decoded(frame: Uint8Array, cluster?: number): DecodedPush {
  const [push, ...others] = zigbee.decode(frame, { zigbee: { cluster } });
  expect(others).toEqual([]);
  if (isDecodeError(push)) throw new Error(push.message);
  return push!;
}

/** What each frame means, scaled: the corpus says so itself for some. */
const meanings: Record<string, [obis: string, value: string, unit: string | undefined][]> = {
  'metering-read-rsp': [['0.0.0.0.0.0', '16272', undefined]],
  'electrical-read-rsp': [
    ['1.0.36.7.0.255', '0', 'W'],
    ['1.0.31.7.0.255', '0', 'A'],
    ['1.0.32.7.0.255', '225', 'V'],
  ],
  'temperature-report': [['0.0.96.9.0.255', '20.31', '°C']],
  'humidity-report': [['0.0.96.9.2.255', '62.04', '%']],
  'pressure-report': [
    ['0.0.0.0.0.0', '100600', 'Pa'],
    ['0.0.96.9.1.255', '100660', 'Pa'],
  ],
  'analog-input-voltage-report(pzem-004t)': [['0.0.0.0.0.0', '230.6', 'V']],
};

(corpus ? describe : describe.skip)('published ZigBee frames (METERMESH_CORPUS)', () => {
  it.each(cases.map((frame) => [frame.name, frame] as const))('%s', (name, { cluster, raw, expected }) => {
    const id = Number(cluster);
    const frame = readZclFrame(octets(raw), 0);
    expect(frame.sequence).toBe(expected.tsn);
    expect(frame.command).toBe(expected.command === 'report' ? 0x0a : 0x01);
    const values = frame.attributes.map(({ id, value }) => [id, Math.fround(Number(value)) || value]);
    // A description is text; every other value of the corpus is a number, singles included.
    expect(values).toEqual(
      expected.attributes.map(({ id, value }) => [Number(id), value || expect.anything()]),
    );

    const push = decodeZigbee(octets(raw), { cluster: id });
    expect(push.measurements.map(({ obis, value, unit }) => [obis, value, unit])).toEqual(meanings[name]);
  });

  it('reads alike however the cluster is told', () => {
    for (const { cluster, raw } of cases) {
      const [id, frame] = [Number(cluster), octets(raw)];
      const push = decoded(frame, id);
      expect(decoded(withCluster(id, frame))).toEqual(push);
      expect(decoded(encodeAps({ cluster: id }, frame))).toEqual(push);
    }
  });

  it('tells a metering frame by its attributes alone, and says so', () => {
    const { raw } = cases.find(({ name }) => name === 'metering-read-rsp')!;
    expect(decoded(octets(raw)).warnings[0]).toMatchObject({ code: 'ZIGBEE_CLUSTER_ASSUMED' });
  });
});
