import { describe, expect, it } from '@jest/globals';
import { fromHex } from '../hex.ts';
import { readCiphered } from './ciphering.ts';
import { frameCheckSequence } from './frame-check-sequence.ts';
import { decodeFrame } from './frame.ts';
import { encodeLoadProfilePush } from './load-profile-push.ts';
import { decodeProfile } from './profile-generic.ts';
import { decodePush } from './push.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;

/** An HDLC frame around octets that need not make sense, with a true frame check. */
function hdlc(body: string): Uint8Array {
  const check = frameCheckSequence(octets(body));
  return Uint8Array.of(0x7e, ...octets(body), check & 0xff, check >> 8, 0x7e);
}

describe('a bad frame', () => {
  it.each<[code: string, what: string, frame: Uint8Array]>([
    ['HDLC_FORMAT_INVALID', 'a flag before another format type', octets('7E1007032113AABB7E')],
    ['HDLC_FLAG_MISSING', 'no flag where the frame ends', octets('7EA00703211300007A')],
    ['HDLC_ADDRESS_INVALID', 'an address without end', hdlc('A0090202020202')],
    ['HDLC_HCS_MISMATCH', 'a wrong header check', hdlc('A00B0321130000E6E7')],
    ['DLMS_BLOCK_UNEXPECTED', 'something behind the last block', octets('E0800001000001AAFF')],
    ['DLMS_DATE_TIME_INVALID', 'a date-time of five octets', octets('0F0000000105AABBCCDDEE00')],
    ['DLMS_SYSTEM_TITLE_INVALID', 'a system title of seven octets', octets('DB074D4D4830303030053000000001')],
  ])('is answered with %s: %s', (code, _what, frame) => {
    expect(decodeFrame(frame)[0]).toMatchObject({
      code,
      message: expect.stringMatching(/.{20}/),
      offset: expect.any(Number),
    });
  });

  it('is not ciphered because somebody takes it so', () => {
    expect(readCiphered(octets('0F00000001'))).toMatchObject({ code: 'DLMS_NOT_CIPHERED' });
  });
});

describe('a frame that leaves something open', () => {
  it('is read as far as it goes, and warns of rows without time', () => {
    const column = { classId: 3, obis: '1.0.1.29.0.255', attribute: 2 };
    const row = { type: 'structure' as const, value: [{ type: 'unsigned' as const, value: 5 }] };
    const profile = decodeProfile(
      { type: 'array', value: [row] },
      { captureObjects: [column], capturePeriodSeconds: 900, scalerUnit: () => undefined },
    );
    expect(profile).toMatchObject({ loadProfiles: [], warnings: [{ code: 'PROFILE_WITHOUT_CLOCK' }] });
  });

  it('warns of a clock that does not say how far it is from UTC', () => {
    const apdu = encodeLoadProfilePush({
      serialNumber: 'M1',
      invokeId: 1,
      sentAt: Date.parse('2026-07-01T00:00:00Z'),
      intervalSeconds: 900,
      channels: [],
      rows: [],
    });
    const deviationOfTime = 6 + 9;
    apdu.set([0x80, 0x00], deviationOfTime);
    expect(decodePush(apdu)).toMatchObject({
      time: '2026-07-01T00:00:00.000Z',
      warnings: [{ code: 'CLOCK_WITHOUT_OFFSET' }],
    });
  });
});
