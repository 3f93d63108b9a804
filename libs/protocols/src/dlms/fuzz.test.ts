import { generateKeyPairSync } from 'node:crypto';
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
import { ClientAssociation } from './client-association.ts';
import { readAttribute } from './client-services.ts';
import { decodeFrame } from './frame.ts';
import { encodeBlocks } from './general-block-transfer.ts';
import { encodeSigned } from './general-signing.ts';
import { HdlcLink } from './hdlc-link.ts';
import { decodeInformationReport, encodeInformationReport } from './information-report.ts';
import { wrapKey } from './key-info.ts';
import { encryptGeneralCiphering, encryptGeneralGlo } from './sealing.ts';
import { ServerAssociation } from './server-association.ts';
import { encodeHdlcSegments } from './hdlc.ts';
import { encodeInitiateRequest } from './initiate.ts';
import { encodeLoadProfilePush } from './load-profile-push.ts';
import { decodeServiceRequest, encodeServiceRequest } from './service-request.ts';
import {
  decodeActionResult,
  decodeReadResults,
  decodeServiceResponse,
  encodeServiceResponse,
} from './service-response.ts';
import {
  decodeShortNameRequest,
  decodeShortNameResponse,
  encodeShortNameRequest,
  encodeShortNameResponse,
} from './short-names.ts';
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
const signer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
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
  encryptGeneralCiphering(
    push,
    { systemTitle: Buffer.from('MMS00001'), invocationCounter: 1, keys },
    {
      transactionId: Buffer.alloc(8, 3),
      recipientTitle: Buffer.from('MMH00001'),
      keyInfo: { type: 'wrapped', kekId: 0, wrappedKey: wrapKey(keys.encryptionKey, keys.encryptionKey) },
    },
  ),
  encodeSigned(push, {
    privateKey: signer.privateKey,
    systemTitle: Buffer.from('MMS00001'),
    recipientTitle: Buffer.from('MMH00001'),
    transactionId: Buffer.alloc(8, 3),
  }),
  Buffer.concat(encodeBlocks(sealed, 50)),
  encodeInformationReport([{ name: 8, value: { type: 'unsigned', value: 1 } }]),
  encodeShortNameRequest({
    type: 'write',
    variables: [{ type: 'variable', name: 8 }],
    values: [{ type: 'null-data' }],
  }),
  encodeShortNameResponse({
    type: 'read-response',
    results: [{ type: 'data', value: { type: 'long', value: 1 } }],
  }),
  encodeServiceResponse({ type: 'get-list', invoke: 1, results: [{ result: 'object-undefined' }] }),
  encodeServiceRequest({
    type: 'set-block',
    invoke: 1,
    block: { isLast: true, blockNumber: 1, octets: push },
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

/** A link that has heard everything before, as one on a bad line. */
const link = new HdlcLink({ role: 'server', own: header.destination, peer: header.source });

/** A meter that answers everything with the same octets. */
function readByClient(answer: Uint8Array) {
  const client = new ClientAssociation({ mechanism: 'lowest' });
  const target = { classId: 7, obis: '1.0.99.1.0.255', attribute: 2 };
  let answers = 0;
  const conversation = readAttribute(client, target);
  let step = conversation.next();
  // A meter can go on for ever with blocks; the head-end does not.
  while (!step.done && answers++ < 50) step = conversation.next(answer);
  return step.value;
}

/** A server that is told anything answers with an APDU. */
const server = new ServerAssociation(
  { mechanism: 'lowest' },
  { read: () => ({ result: 'object-undefined' }) },
);

function decodeEverything(bytes: Uint8Array): void {
  const results = [
    ...decodeFrame(bytes, { keys }),
    ...decodeFrame(bytes, { keys: { encryptionKey: keys.encryptionKey } }),
    decodeAssociationRequest(bytes),
    decodeAssociationResponse(bytes),
    decodeServiceRequest(bytes),
    decodeServiceResponse(bytes),
    decodeShortNameRequest(bytes),
    decodeShortNameResponse(bytes),
    decodeInformationReport(bytes),
    decodeReadResults(bytes),
    decodeActionResult(bytes),
    ...decodeFrame(bytes, { keys: { ...keys, signatureKey: signer.publicKey }, shortNames: {} }),
    ...link.receive(bytes).errors,
    readByClient(bytes),
  ];
  expect(server.answer(bytes).length).toBeGreaterThan(0);
  for (const result of results) {
    if (!isDecodeError(result)) continue;
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(Number.isInteger(result.offset) && result.offset >= 0).toBe(true);
  }
}

describe('codecs of DLMS', () => {
  it('answer a value or a coded error for damaged frames, and never throw', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 2000 });
  });

  it('answer so for octets of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), decodeEverything), { numRuns: 1000 });
  });

  it('are not led astray by flags that begin no frame', () => {
    expect(decodeFrame(Buffer.alloc(60_000, Buffer.from('7EA7FF', 'hex')))).toHaveLength(1);
    expect(decodeFrame(Buffer.alloc(60_000, 0x7e))).toMatchObject([{ code: 'DLMS_APDU_MISSING' }]);
  });
});
