import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { obisOctets } from '../dlms/obis.ts';
import { sml } from './codec.ts';
import { encodeSmlFrame } from './encode-frame.ts';
import { decodeSmlFrame, decodeSmlMessages } from './push.ts';
import { encodeTransport } from './transport.ts';

const frame = encodeSmlFrame({
  serverId: Uint8Array.of(0x0a, 1, 0x4d, 0x4d, 0x53, 0, 0, 0, 0, 42),
  transaction: 1,
  secondsIndex: 7,
  readings: [
    { name: obisOctets('1.0.1.8.0.255'), unit: 30, scaler: -1, value: 123_456_789_012n, status: 3, time: 1 },
    { name: obisOctets('1.0.96.1.0.255'), value: new Uint8Array(20).fill(0x1b) },
  ],
});
const seeds: Uint8Array[] = [frame, ...corpusStreams()];

function corpusStreams(): Uint8Array[] {
  const corpus = process.env['METERMESH_CORPUS'];
  if (!corpus) return [];
  const streams: Record<string, { stream_base64: string }> = JSON.parse(
    readFileSync(join(corpus, 'sml/streams.json'), 'utf8'),
  );
  return Object.values(streams).map(({ stream_base64 }) =>
    Buffer.from(stream_base64, 'base64').subarray(0, 1000),
  );
}

const change = fc.record({
  at: fc.nat(),
  octet: fc.oneof(fc.nat(255), fc.constantFrom(0x1b, 0x1a, 0x01, 0x00, 0x72, 0x76, 0x77, 0x8f, 0xf0)),
  kind: fc.constantFrom('set', 'cut', 'insert', 'double'),
});

const mutated = fc
  .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([seed, changes]) =>
    changes.reduce((bytes, { at, octet, kind }) => {
      const place = at % (bytes.length + 1);
      const [before, behind] = [bytes.subarray(0, place), bytes.subarray(place)];
      if (kind === 'set') return Buffer.concat([before, Buffer.of(octet), behind.subarray(1)]);
      if (kind === 'cut') return before;
      if (kind === 'insert') return Buffer.concat([before, Buffer.of(octet), behind]);
      return Buffer.concat([bytes, behind]).subarray(0, 20_000);
    }, Buffer.from(seed)),
  );

function decodeEverything(bytes: Uint8Array): void {
  // Behind the checksum of the transport, which would refuse nearly all of it, messages are read, too.
  const results = [
    ...sml.decode(bytes, {}),
    ...decodeSmlFrame({ octets: bytes, offset: 0 }),
    ...decodeSmlMessages(bytes.subarray(8)),
    ...decodeSmlFrame({ octets: encodeTransport(bytes.subarray(8)), offset: 0 }),
  ];
  expect(results.length).toBeGreaterThanOrEqual(4);
  for (const result of results) {
    if (!isDecodeError(result)) continue;
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(Number.isInteger(result.offset) && result.offset >= 0).toBe(true);
  }
}

describe('the codec of SML', () => {
  it('answers values or a coded error for damaged frames, and never throws', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 2000 });
  });

  it('answers so for octets of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), decodeEverything), { numRuns: 1000 });
  });

  it('is not led astray by escapes and starts without end', () => {
    for (const pattern of ['1B', '1B1B1B1B01010101', '1B1B1B1B1A000000', '76', 'F0']) {
      expect(sml.decode(Buffer.alloc(400_000, Buffer.from(pattern, 'hex')), {}).length).toBeGreaterThan(0);
    }
  });
});
