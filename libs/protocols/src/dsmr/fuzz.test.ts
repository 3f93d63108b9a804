import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { encryptGeneralGlo } from '../dlms/sealing.ts';
import { dsmr } from './codec.ts';
import { encodeTelegram } from './encode-telegram.ts';
import { splitByDevice } from './m-bus-devices.ts';
import { decodeTelegram } from './telegram-push.ts';

const start = Date.parse('2026-07-01T10:15:00Z');
const own = encodeTelegram({
  identification: 'MMS5METERMESH',
  version: '50',
  sentAt: start,
  identifier: 'E1',
  readings: [{ obis: '1.0.1.8.1.255', value: '000001.000', unit: 'kWh' }],
  devices: [{ channel: 1, type: 3, identifier: 'G1', value: '1.5', unit: 'm3', capturedAt: start }],
  powerFailures: [{ endedAt: start, seconds: 60 }],
});
const encryptionKey = Buffer.alloc(16, 1);
const sealed = encryptGeneralGlo(own, {
  systemTitle: Buffer.from('MMS00001'),
  invocationCounter: 1,
  keys: { encryptionKey, authenticationKey: Buffer.alloc(16, 2) },
});
const seeds: Uint8Array[] = [own, sealed, ...corpusTelegrams()];

function corpusTelegrams(): Uint8Array[] {
  const corpus = process.env['METERMESH_CORPUS'];
  if (!corpus) return [];
  const telegrams: Record<string, string> = JSON.parse(
    readFileSync(join(corpus, 'dsmr/telegrams.json'), 'utf8'),
  );
  return Object.values(telegrams).map((text) => Buffer.from(text, 'latin1'));
}

const change = fc.record({
  at: fc.nat(),
  octet: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('()*/!\r\n-:.0'))),
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
  // Without its check, so that what a check would refuse is read, too.
  const unchecked = Buffer.from(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/![0-9A-F]{4}/, '!'),
    'latin1',
  );
  const results = [
    ...dsmr.decode(bytes, { encryptionKey }),
    decodeTelegram(bytes),
    decodeTelegram(unchecked),
  ];
  expect(results.length).toBeGreaterThanOrEqual(3);
  for (const result of results) {
    if (!isDecodeError(result)) splitByDevice(result);
    else {
      expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(Number.isInteger(result.offset) && result.offset >= 0).toBe(true);
    }
  }
}

describe('the codec of P1 telegrams', () => {
  it('answers values or a coded error for damaged telegrams, and never throws', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 2000 });
  });

  it('answers so for octets of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), decodeEverything), { numRuns: 500 });
  });

  it('is not led astray by what begins telegrams without end', () => {
    expect(dsmr.decode(Buffer.alloc(500_000, '/MMS5'), {}).length).toBeGreaterThan(0);
    expect(dsmr.decode(Buffer.alloc(500_000, '/MMS5\n'), {}).length).toBeGreaterThan(0);
    expect(dsmr.decode(Buffer.alloc(500_000, Buffer.from('DB08', 'hex')), {}).length).toBeGreaterThan(0);
  });
});
