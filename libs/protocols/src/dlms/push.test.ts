import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import { fromHex, toHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { apduKind } from './apdu.ts';
import { gloTagOf } from './ciphered-tags.ts';
import { readCiphered } from './ciphering.ts';
import { decrypt } from './decryption.ts';
import { encryptGeneralGlo, encryptService, type Sealing } from './sealing.ts';
import {
  decodeDataNotificationConfirm,
  encodeDataNotification,
  encodeDataNotificationConfirm,
} from './data-notification.ts';
import { encodeDateTime } from './date-time.ts';
import { decodeFrame } from './frame.ts';
import { clientAddress, encodeHdlcSegments, UNNUMBERED_INFORMATION } from './hdlc.ts';
import { decodePush } from './push.ts';
import { encodeWrapper } from './wrapper.ts';

const invokeId = { id: 300, confirmed: true, highPriority: false };
const body = { type: 'octet-string', value: Buffer.from('hello') } as const;
const time = encodeDateTime(Date.parse('2026-07-01T00:00:00Z'), -540);
const apdu = encodeDataNotification({ invokeId, time, body });
const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
const sealing: Sealing = { systemTitle: Buffer.from('MMS00001'), invocationCounter: 77, keys };
const sealed = encryptGeneralGlo(apdu, sealing);
const hdlc = { destination: clientAddress(1), source: clientAddress(16), control: UNNUMBERED_INFORMATION };

const read = { time: '2026-07-01T00:00:00.000Z', invokeId: 300, measurements: [{ value: 'hello' }] };

/** `apdu` in blocks of `size` octets, each an APDU of its own. */
function blocks(payload: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, index) => {
    const part = payload.subarray(index * size, (index + 1) * size);
    return Uint8Array.of(0xe0, index + 1 === count ? 0x80 : 0, 0, index + 1, 0, 0, part.length, ...part);
  });
}

describe('a push', () => {
  it('is the same in every envelope', () => {
    const envelopes: [string, Uint8Array][] = [
      ['bare', apdu],
      ['wrapper', encodeWrapper({ source: 1, destination: 1, payload: apdu })],
      ['ciphered', sealed],
      ['ciphered in the wrapper', encodeWrapper({ source: 1, destination: 1, payload: sealed })],
      [
        'segments',
        Buffer.concat(encodeHdlcSegments(Buffer.concat([Buffer.from('E6E700', 'hex'), sealed]), hdlc, 20)),
      ],
      ['blocks', Buffer.concat(blocks(sealed, 20))],
      [
        'blocks in frames',
        Buffer.concat(blocks(sealed, 20).flatMap((block) => encodeHdlcSegments(block, hdlc))),
      ],
      ['behind line noise', Buffer.concat([Buffer.from([0, 3]), ...encodeHdlcSegments(apdu, hdlc)])],
    ];
    for (const [, frame] of envelopes) expect(decodeFrame(frame, { keys })).toMatchObject([read]);
  });

  it('is read where the meter tags its date-time', () => {
    const tagged = Buffer.concat([apdu.subarray(0, 5), Buffer.of(0x09), apdu.subarray(5)]);
    expect(decodePush(tagged)).toMatchObject(read);
  });

  it('is told from other APDUs by its first octet', () => {
    const kinds = [
      apdu,
      sealed,
      blocks(apdu, 200)[0]!,
      encodeDataNotificationConfirm(invokeId),
      Uint8Array.of(0x60),
      Uint8Array.of(0x07),
    ];
    expect(kinds.map(apduKind)).toEqual([
      'data-notification',
      'ciphered',
      'general-block-transfer',
      'data-notification-confirm',
      'association-request',
      undefined,
    ]);
  });

  it('is confirmed with its own invoke id', () => {
    expect(toHex(encodeDataNotificationConfirm(invokeId))).toBe('104000012C00');
    expect(decodeDataNotificationConfirm(encodeDataNotificationConfirm(invokeId))).toEqual({
      invokeId,
      time: undefined,
    });
  });

  it('may be an event', () => {
    const event = fromHex('C2 01 0C 07EA07010309000000FDE400 0001 0000600B00FF 02 11 28') as Uint8Array;
    expect(decodePush(event)).toMatchObject({
      time: '2026-07-01T00:00:00.000Z',
      events: [
        {
          obis: '0.0.96.11.0.255',
          code: 40,
          name: 'terminal cover removed',
          time: '2026-07-01T00:00:00.000Z',
        },
      ],
    });
  });

  it('from a clock that is not sure of itself says so', () => {
    const unsure = encodeDateTime(Date.parse('2026-07-01T00:00:00Z'), 0, 0x01);
    expect(
      (decodePush(encodeDataNotification({ invokeId, time: unsure, body })) as DecodedPush).warnings,
    ).toMatchObject([{ code: 'CLOCK_INVALID' }]);
  });
});

describe('a ciphered APDU', () => {
  it('opens with its keys, in general and in service-specific ciphering, authenticated or not', () => {
    const open = (octets: Uint8Array, title?: Uint8Array) => {
      const ciphered = readCiphered(octets);
      return isDecodeError(ciphered) ? ciphered : decrypt(ciphered, keys, title);
    };
    expect(open(sealed)).toEqual({ apdu: Buffer.from(apdu), authenticated: true });
    expect([gloTagOf(0xc0), gloTagOf(0x01), gloTagOf(0xc7), gloTagOf(0x0f)]).toEqual([
      0xc8,
      0x21,
      0xcf,
      undefined,
    ]);
    const service = encryptService(0xc8, apdu, sealing);
    expect(open(service, sealing.systemTitle)).toEqual({ apdu: Buffer.from(apdu), authenticated: true });
    expect(open(service)).toMatchObject({ code: 'DLMS_SYSTEM_TITLE_UNKNOWN' });
    const unauthenticated = encryptGeneralGlo(apdu, {
      ...sealing,
      keys: { encryptionKey: keys.encryptionKey },
    });
    expect(open(unauthenticated)).toEqual({ apdu: Buffer.from(apdu), authenticated: false });
  });

  it('opens with keys of suite 2', () => {
    const long = { encryptionKey: Buffer.alloc(32, 1), authenticationKey: Buffer.alloc(32, 2) };
    expect(decodePush(encryptGeneralGlo(apdu, { ...sealing, keys: long }), { keys: long })).toMatchObject({
      ...read,
      authenticated: true,
    });
  });

  it('that was changed anywhere is refused', () => {
    for (let at = 15; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 0x04;
      const result = decodePush(changed, { keys });
      expect(isDecodeError(result) && result.code).toBe('DLMS_DECRYPTION_FAILED');
    }
  });

  it.each([
    [
      'a wrong key, without an authentication key to tell',
      { encryptionKey: Buffer.alloc(16, 9) },
      'DLMS_DECRYPTION_FAILED',
    ],
    ['a key of the wrong length', { encryptionKey: Buffer.alloc(15) }, 'DLMS_KEY_INVALID'],
    ['no key', undefined, 'DLMS_KEY_MISSING'],
  ])('is refused with %s', (_what, given, code) => {
    expect(decodePush(sealed, { keys: given })).toMatchObject({ code });
  });

  it.each([
    ['a suite that does not exist', '33', 'DLMS_SECURITY_SUITE_UNSUPPORTED'],
    ['compression', 'B0', 'DLMS_COMPRESSION_UNSUPPORTED'],
    ['no protection', '00', 'DLMS_SECURITY_CONTROL_INVALID'],
  ])('is refused with %s', (_what, control, code) => {
    const changed = Buffer.from(sealed);
    changed[sealed.length - (5 + apdu.length + 12)] = Number.parseInt(control, 16);
    expect(decodePush(changed, { keys })).toMatchObject({ code });
  });

  it('cannot be nested without end', () => {
    let nested: Uint8Array = sealed;
    for (let layer = 0; layer < 6; layer++) nested = encryptGeneralGlo(nested, sealing);
    expect(decodePush(nested, { keys })).toMatchObject({ code: 'DLMS_NESTED_TOO_DEEP' });
  });
});

describe('an APDU in parts', () => {
  it('that lacks one is refused', () => {
    const [first, second, third] = blocks(apdu, 10) as [Uint8Array, Uint8Array, Uint8Array];
    expect(decodePush(Buffer.concat([first, third]))).toMatchObject({ code: 'DLMS_BLOCK_MISSING' });
    expect(decodePush(Buffer.concat([first, second]))).toMatchObject({ code: 'DLMS_BLOCK_MISSING' });
    const segments = encodeHdlcSegments(apdu, hdlc, 10);
    expect(decodeFrame(segments[0]!)).toMatchObject([{ code: 'HDLC_SEGMENT_MISSING' }]);
    segments[1]![8]! ^= 1;
    expect(decodeFrame(Buffer.concat(segments))).toMatchObject([{ code: 'HDLC_FCS_MISMATCH' }]);
  });
});
