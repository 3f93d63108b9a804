import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { encodeWired, encodeWireless, type MessageToSend } from './encode-frame.ts';
import { profileRecords } from './encode-profile.ts';
import { encodeRecords, vib, type RecordToSend } from './encode-records.ts';
import { decodeMbus } from './frame.ts';

const key = Buffer.alloc(16, 1);
const start = Date.UTC(2026, 6, 1);
const records: readonly RecordToSend[] = [
  { vib: vib.dateTime, data: { field: 'minutes', value: start } },
  { vib: vib.volumeL, data: { field: 'int32', value: 123_456 } },
  { vib: vib.volumeL, storage: 1, data: { field: 'bcd8', value: 99_000 } },
  { vib: vib.date, storage: 1, data: { field: 'date', value: start } },
  { vib: vib.fabricationNumber, data: { field: 'text', value: 'MM-1' } },
  { vib: vib.flowTemperature, extreme: 'maximum', data: { field: 'real', value: 21.5 } },
  ...profileRecords({
    vib: vib.volumeL,
    storage: 8,
    baseTime: start,
    base: 5,
    intervalSeconds: 3600,
    values: [9, 12, 40],
  }),
];
const message: MessageToSend = {
  address: { manufacturer: 'MTM', identification: '12345678', version: 1, deviceType: 7 },
  accessNumber: 3,
  status: 0x04,
  records: encodeRecords(records),
};
const stripped = encodeWireless(message, 'stripped');
const seeds: readonly Uint8Array[] = [
  encodeWired(message),
  encodeWireless(message, 'A'),
  encodeWireless(message, 'B'),
  stripped,
  stripped,
  encodeWireless({ ...message, security: { mode: 5, key } }, 'stripped'),
  encodeWireless({ ...message, security: { mode: 7, key, counter: 1 } }, 'stripped'),
  ...corpusFrames(),
];

function corpusFrames(): Uint8Array[] {
  const corpus = process.env['METERMESH_CORPUS'];
  if (!corpus) return [];
  const telegrams: { telegram: string }[] = JSON.parse(
    readFileSync(join(corpus, 'mbus/telegrams.json'), 'utf8'),
  );
  return telegrams.map(({ telegram }) => Buffer.from(telegram.replace(/[,_|]/g, ''), 'hex'));
}

/** A frame with octets changed, cut, doubled or put in; its length is made right again, or decoding ends there. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.record({
        at: fc.nat(),
        octet: fc.nat(255),
        kind: fc.constantFrom('set', 'cut', 'insert', 'double'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    fc.boolean(),
  )
  .map(([seed, changes, isRepaired]) => {
    const frame = changes.reduce((bytes, { at, octet, kind }) => {
      const place = at % (bytes.length + 1);
      if (kind === 'set')
        return Buffer.concat([bytes.subarray(0, place), Buffer.of(octet), bytes.subarray(place + 1)]);
      if (kind === 'cut') return bytes.subarray(0, place);
      if (kind === 'insert')
        return Buffer.concat([bytes.subarray(0, place), Buffer.of(octet), bytes.subarray(place)]);
      return Buffer.concat([bytes, bytes.subarray(place)]).subarray(0, 20_000);
    }, Buffer.from(seed));
    return isRepaired ? repaired(frame) : frame;
  });

/** With length and control field that let the layers above be reached. */
function repaired(frame: Buffer): Buffer {
  const copy = Buffer.from(frame.subarray(0, 256));
  if (copy.length < 12) return copy;
  copy[0] = copy.length - 1;
  copy[1] = 0x44;
  return copy;
}

function decodeEverything(bytes: Uint8Array): void {
  for (const result of [...decodeMbus(bytes, { key }), ...decodeMbus(bytes)]) {
    if (!isDecodeError(result)) {
      for (const { value, raw } of result.measurements) {
        expect(typeof value).toBe('string');
        if (raw !== undefined) expect(value).toMatch(/^-?\d+(\.\d+)?$/);
      }
      continue;
    }
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(Number.isInteger(result.offset) && result.offset >= 0).toBe(true);
  }
}

describe('the codec of M-Bus', () => {
  it('answers a value or a coded error for damaged frames, and never throws', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 4000 });
  });

  it('answers so for octets of any kind, as a frame and as records', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), decodeEverything), { numRuns: 1000 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 240 }), (records) =>
        decodeEverything(encodeWireless({ ...message, records }, 'stripped')),
      ),
      { numRuns: 3000 },
    );
  });

  it('does not change what it is given', () => {
    for (const seed of seeds) {
      const copy = Buffer.from(seed);
      decodeMbus(copy, { key });
      expect(copy.equals(seed)).toBe(true);
    }
  });

  it('ends soon however many frames come behind each other', () => {
    const many = Buffer.concat(Array.from({ length: 2000 }, () => stripped));
    expect(decodeMbus(many)).toHaveLength(2000);
    expect(decodeMbus(Buffer.alloc(200_000, 0xe5))).toHaveLength(1);
  });
});
