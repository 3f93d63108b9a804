import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../hex.ts';
import { dedTagOf, gloTagOf } from './ciphered-tags.ts';
import { encodeDateTime } from './date-time.ts';
import { decodeInformationReport, encodeInformationReport } from './information-report.ts';
import { decodePush } from './push.ts';
import { encryptService } from './sealing.ts';
import {
  decodeShortNameRequest,
  decodeShortNameResponse,
  encodeShortNameRequest,
  encodeShortNameResponse,
  variableName,
  type ReadRequest,
  type VariableResponse,
  type WriteRequest,
} from './short-names.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const sentAt = Date.parse('2026-07-01T00:00:00Z');

describe('asking a meter by short names', () => {
  it('reads and writes what the standard says', () => {
    expect(variableName(0xfa00, 2)).toBe(0xfa08);
    expect(
      toHex(encodeShortNameRequest({ type: 'read', variables: [{ type: 'variable', name: 0xfa08 }] })),
    ).toBe('050102FA08');
    const requests: (ReadRequest | WriteRequest)[] = [
      {
        type: 'read',
        variables: [
          { type: 'variable', name: 0x2008 },
          { type: 'parameterized', name: 0x2008, selector: 1, parameter: { type: 'unsigned', value: 4 } },
          { type: 'block-number', blockNumber: 2 },
        ],
      },
      {
        type: 'write',
        variables: [{ type: 'variable', name: 8 }],
        values: [{ type: 'boolean', value: true }],
      },
      {
        type: 'unconfirmed-write',
        variables: [{ type: 'variable', name: 8 }],
        values: [{ type: 'null-data' }],
      },
    ];
    for (const request of requests)
      expect(decodeShortNameRequest(encodeShortNameRequest(request))).toEqual(request);
    const responses: VariableResponse[] = [
      {
        type: 'read-response',
        results: [
          { type: 'data', value: { type: 'long', value: -7 } },
          { type: 'error', code: 4 },
          { type: 'block', isLast: true, blockNumber: 2, octets: Uint8Array.of(1, 2) },
          { type: 'block-number', blockNumber: 3 },
        ],
      },
      {
        type: 'write-response',
        results: [{ type: 'success' }, { type: 'error', code: 3 }, { type: 'block-number', blockNumber: 1 }],
      },
    ];
    for (const response of responses)
      expect(decodeShortNameResponse(encodeShortNameResponse(response))).toEqual(response);
  });

  it.each([
    [decodeShortNameRequest, '0C00', 'DLMS_APDU_UNSUPPORTED'],
    [decodeShortNameRequest, '050109', 'DLMS_APDU_UNSUPPORTED'],
    [decodeShortNameRequest, '0502020001', 'FRAME_TRUNCATED'],
    [decodeShortNameRequest, '050102000100', 'DLMS_TRAILING_BYTES'],
    [decodeShortNameResponse, '0500', 'DLMS_APDU_UNSUPPORTED'],
    [decodeShortNameResponse, '0C0109', 'DLMS_APDU_UNSUPPORTED'],
    [decodeShortNameResponse, '0D0109', 'DLMS_APDU_UNSUPPORTED'],
    [decodeInformationReport, '0500', 'DLMS_APDU_UNEXPECTED'],
    [decodeInformationReport, '1800010200010200', 'DLMS_INFORMATION_REPORT_INVALID'],
  ])('refuses what is none of it: %p %s', (decode, hex, code) => {
    expect(decode(octets(hex))).toMatchObject({ code });
  });
});

describe('an information report', () => {
  const variables = [
    { name: 0x2008, value: { type: 'double-long-unsigned', value: 1234 } },
    { name: 0x3008, value: { type: 'unsigned', value: 40 } },
  ] as const;
  const report = encodeInformationReport(variables, encodeDateTime(sentAt, -540));
  const read = { time: '2026-07-01T00:00:00.000Z', measurements: [{ value: '1234' }, { value: '40' }] };

  it('names its values by what the meter calls them', () => {
    expect(decodePush(report)).toMatchObject({
      time: read.time,
      measurements: [
        { obis: '0.0.0.0.0.0', code: 'sn:2008', value: '1234' },
        { obis: '0.0.0.0.0.0', code: 'sn:3008', value: '40' },
      ],
    });
  });

  it('names them by OBIS where the meter has told which is which', () => {
    const shortNames = {
      0x2008: { classId: 3, obis: '1.0.1.8.0.255', attribute: 2, scalerUnit: { scaler: -1, unitCode: 30 } },
      0x3008: { classId: 1, obis: '0.0.96.11.0.255', attribute: 2 },
    };
    expect(decodePush(report, { shortNames })).toMatchObject({
      measurements: [{ obis: '1.0.1.8.0.255', value: '123.4', unit: 'Wh' }, { obis: '0.0.96.11.0.255' }],
      events: [{ code: 40, type: 'cover-opened', time: read.time }],
    });
  });

  it('may tell its time as text, and be ciphered', () => {
    const time = Buffer.from('20260701090000+0900');
    const body = encodeInformationReport(variables).subarray(2);
    const text = Buffer.concat([octets('1801'), Buffer.of(time.length), time, body]);
    expect(decodePush(text)).toMatchObject(read);
    const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
    const systemTitle = Buffer.from('MMS00001');
    expect([gloTagOf(0x18), dedTagOf(0x18), gloTagOf(0x05), dedTagOf(0x0c)]).toEqual([
      0x38, 0x58, 0x25, 0x4c,
    ]);
    for (const tag of [gloTagOf(0x18)!, dedTagOf(0x18)!]) {
      const sealed = encryptService(tag, report, { systemTitle, invocationCounter: 1, keys });
      expect(decodePush(sealed, { keys, systemTitle })).toMatchObject({ ...read, authenticated: true });
    }
  });
});
