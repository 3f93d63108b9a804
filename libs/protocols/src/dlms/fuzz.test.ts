import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import {
  decodeAssociationRequest,
  decodeAssociationResponse,
  encodeAssociationRequest,
} from './association.ts';
import { encryptGeneralGlo } from './sealing.ts';
import { decodeFrame } from './frame.ts';
import { encodeHdlcSegments } from './hdlc.ts';
import { encodeInitiateRequest } from './initiate.ts';
import { encodeLoadProfilePush } from './load-profile-push.ts';
import { decodeServiceRequest } from './service-request.ts';
import { decodeServiceResponse } from './service-response.ts';
import { encodeWrapper } from './wrapper.ts';

const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
const start = Date.parse('2026-07-01T00:00:00Z');
const push = encodeLoadProfilePush({
  serialNumber: 'MM1',
  invokeId: 1,
  sentAt: start,
  intervalSeconds: 900,
  channels: [{ obis: '1.0.1.29.0.255', scaler: 0, unitCode: 30 }],
  rows: Array.from({ length: 8 }, (_, index) => ({ start: start + index * 900_000, values: [index] })),
});
const header = {
  destination: { upper: 1, octets: 1 as const },
  source: { upper: 1, octets: 1 as const },
  control: 0x13,
};
const sealed = encryptGeneralGlo(push, { systemTitle: Buffer.from('MMS00001'), invocationCounter: 1, keys });
const seeds: Uint8Array[] = [
  push,
  sealed,
  encodeWrapper({ source: 1, destination: 1, payload: sealed }),
  Buffer.concat(encodeHdlcSegments(push, header, 60)),
  encodeAssociationRequest({
    context: 'logical-name',
    mechanism: 'low',
    authenticationValue: Buffer.from('12345678'),
    userInformation: encodeInitiateRequest({ conformance: 1, maximumPduSize: 500 }),
  }),
  ...corpusFrames(),
];

function corpusFrames(): Uint8Array[] {
  const corpus = process.env['METERMESH_CORPUS'];
  if (!corpus) return [];
  const cases: { frame_hex: string }[] = JSON.parse(
    readFileSync(join(corpus, 'dlms/push-frames.json'), 'utf8'),
  );
  return cases.map(({ frame_hex }) => fromHex(frame_hex) as Uint8Array);
}

/** A frame with octets changed, cut, doubled or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.record({
        at: fc.nat(),
        octet: fc.nat(255),
        kind: fc.constantFrom('set', 'cut', 'insert', 'double'),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([seed, changes]) =>
    changes.reduce((bytes, { at, octet, kind }) => {
      const place = at % (bytes.length + 1);
      if (kind === 'set')
        return Buffer.concat([bytes.subarray(0, place), Buffer.of(octet), bytes.subarray(place + 1)]);
      if (kind === 'cut') return bytes.subarray(0, place);
      if (kind === 'insert')
        return Buffer.concat([bytes.subarray(0, place), Buffer.of(octet), bytes.subarray(place)]);
      return Buffer.concat([bytes, bytes.subarray(place)]).subarray(0, 20_000);
    }, Buffer.from(seed)),
  );

function decodeEverything(bytes: Uint8Array): void {
  const results = [
    ...decodeFrame(bytes, { keys }),
    ...decodeFrame(bytes, { keys: { encryptionKey: keys.encryptionKey } }),
    decodeAssociationRequest(bytes),
    decodeAssociationResponse(bytes),
    decodeServiceRequest(bytes),
    decodeServiceResponse(bytes),
  ];
  for (const result of results) {
    if (!isDecodeError(result)) continue;
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(Number.isInteger(result.offset) && result.offset >= 0).toBe(true);
  }
}

describe('codecs of DLMS', () => {
  it('answer a value or a coded error for damaged frames, and never throw', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 3000 });
  });

  it('answer so for octets of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), decodeEverything), { numRuns: 1000 });
  });

  it('are not led astray by flags that begin no frame', () => {
    expect(decodeFrame(Buffer.alloc(60_000, Buffer.from('7EA7FF', 'hex')))).toHaveLength(1);
    expect(decodeFrame(Buffer.alloc(60_000, 0x7e))).toMatchObject([{ code: 'DLMS_APDU_MISSING' }]);
  });
});
