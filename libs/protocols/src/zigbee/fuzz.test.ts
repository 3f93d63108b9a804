import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import { zigbee } from './codec.ts';
import { encodeAps, encodeMeteringReport, encodeProfileResponse, withCluster } from './encode.ts';
import { encodeZigbee2Mqtt } from './zigbee2mqtt-encode.ts';
import { zigbee2mqtt } from './zigbee2mqtt-codec.ts';

const at = Date.parse('2026-07-01T00:00:00Z');
const meteringReport = encodeMeteringReport({
  sequence: 1,
  serialNumber: 'Z1',
  readAt: at,
  delivered: 5,
  demand: 1,
  status: 255,
});
const profile = encodeProfileResponse({
  sequence: 2,
  end: at,
  intervalSeconds: 900,
  values: Array(96).fill(7),
});
const nested = Uint8Array.of(0x18, 1, 0x0a, 1, 0x90, 0x4c, 2, 0, 0x20, 5, 0x48, 0x29, 2, 0, 1, 0, 2, 0);
const seeds: Uint8Array[] = [
  meteringReport,
  withCluster(0x0702, profile),
  encodeAps({ cluster: 0x0702 }, meteringReport.subarray(2)),
  withCluster(0x0b04, nested),
  ...corpusFrames(),
];

function corpusFrames(): Uint8Array[] {
  const corpus = process.env['METERMESH_CORPUS'];
  if (!corpus) return [];
  const cases: { cluster: string; raw: string }[] = JSON.parse(
    readFileSync(join(corpus, 'zigbee/zcl-frames.json'), 'utf8'),
  );
  return cases.map(({ cluster, raw }) => fromHex(cluster + raw) as Uint8Array);
}

const changes = fc.array(
  fc.record({ at: fc.nat(), octet: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert', 'double') }),
  { minLength: 1, maxLength: 6 },
);

function mutate(seed: Uint8Array, edits: { at: number; octet: number; kind: string }[]): Uint8Array {
  return edits.reduce((bytes, { at, octet, kind }) => {
    const place = at % (bytes.length + 1);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    if (kind === 'set') return Buffer.concat([before, Buffer.of(octet), after.subarray(1)]);
    if (kind === 'cut') return before;
    if (kind === 'insert') return Buffer.concat([before, Buffer.of(octet), after]);
    return Buffer.concat([bytes, after]).subarray(0, 20_000);
  }, Buffer.from(seed));
}

function answersWell(results: ReturnType<typeof zigbee.decode>, length: number): void {
  expect(results.length).toBeGreaterThan(0);
  for (const result of results) {
    if (!isDecodeError(result)) {
      expect(result.measurements.length).toBeLessThanOrEqual(length);
      continue;
    }
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(result.offset).toBeGreaterThanOrEqual(0);
    expect(result.offset).toBeLessThanOrEqual(length);
  }
}

describe('codecs of ZigBee', () => {
  it('answer a value or a coded error for damaged frames, and never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        changes,
        fc.constantFrom(undefined, 0x0702, 0x0b04),
        (seed, edits, cluster) => {
          const frame = mutate(seed, edits);
          answersWell(zigbee.decode(frame, { zigbee: { cluster } }), frame.length);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('answer so for octets of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (frame) =>
        answersWell(zigbee.decode(frame, {}), frame.length),
      ),
      { numRuns: 1500 },
    );
  });

  it('and for damaged JSON, and for JSON of any kind', () => {
    const { topic, payload } = encodeZigbee2Mqtt({
      friendlyName: 'plug',
      lastSeen: at,
      fields: { energy: 1.5, power: 3, tamper: true },
    });
    const line = Buffer.concat([Buffer.from(`${topic} `), payload]);
    fc.assert(
      fc.property(changes, (edits) => answersWell(zigbee2mqtt.decode(mutate(line, edits), {}), 1_000)),
    );
    fc.assert(
      fc.property(fc.json(), (text) =>
        answersWell(zigbee2mqtt.decode(Buffer.from(`zigbee2mqtt/x ${text}`), {}), 10_000),
      ),
    );
  });
});
