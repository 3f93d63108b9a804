import { describe, expect, it } from '@jest/globals';
import { obisOctets } from '../dlms/obis.ts';
import { fromHex, toHex } from '../hex.ts';
import { smlChecksum } from './check.ts';
import { sml } from './codec.ts';
import { encodeSmlFrame } from './encode-frame.ts';
import { encodeTransport } from './transport.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const frame = encodeSmlFrame({
  serverId: Uint8Array.of(0x0a, 1, 0x4d, 0x4d, 0x53, 0, 0, 0, 0, 42),
  transaction: 1,
  readings: [{ name: obisOctets('1.0.1.8.0.255'), unit: 30, value: 5 }],
});

/** The frame with octets replaced, and its own checksum right again. */
function changed(from: string, to: string): Uint8Array {
  const hex = toHex(frame);
  expect(hex).toContain(from);
  const bytes = octets(hex.replace(from, to));
  const check = smlChecksum(bytes.subarray(0, -2));
  bytes.set([check >>> 8, check & 0xff], bytes.length - 2);
  return bytes;
}

const flipped = Uint8Array.from(frame);
flipped[30]! ^= 1;

describe('a bad frame', () => {
  it.each<[code: string, what: string, frame: Uint8Array]>([
    ['SML_FRAME_MISSING', 'no frame', octets('00112233')],
    ['SML_FRAME_TRUNCATED', 'no end', frame.subarray(0, 40)],
    ['SML_CRC_MISMATCH', 'an octet changed on the way', flipped],
    ['SML_MESSAGE_CRC_MISMATCH', 'an octet changed before the frame was made', changed('621E', '621F')],
    ['SML_VERSION_UNSUPPORTED', 'transport version 2', changed('01010101', '02020202')],
    ['SML_ELEMENT_COUNT_UNEXPECTED', 'a message of five', encodeTransport(octets('750101010101'))],
    ['SML_TYPE_UNEXPECTED', 'a number for a transaction', encodeTransport(octets('766201620062007201'))],
    ['SML_LENGTH_INVALID', 'a length shorter than itself', encodeTransport(octets('7680010101010101'))],
    ['SML_LENGTH_INVALID', 'a length of nine octets', encodeTransport(octets('76808080808080808080'))],
    ['FRAME_TRUNCATED', 'more octets announced than there are', encodeTransport(octets('760F01'))],
    ['FRAME_TRUNCATED', 'a list of millions', encodeTransport(octets('FFFFFF0F'))],
    [
      'SML_TOO_DEEP',
      'lists in lists',
      encodeTransport(octets(`7601 6200 6200 72 630501 ${'71'.repeat(40)}`)),
    ],
  ])('is answered with %s: %s', (code, _what, bytes) => {
    expect(sml.decode(bytes, {})[0]).toMatchObject({
      code,
      message: expect.stringMatching(/.{20}/),
      offset: expect.any(Number),
    });
  });

  it('is told at its place in the stream, and the frames around it are read', () => {
    const results = sml.decode(Buffer.concat([frame, flipped, frame]), {});
    expect(results).toMatchObject([
      { measurements: [{ value: '5' }] },
      { code: 'SML_CRC_MISMATCH', offset: 2 * frame.length - 2 },
      { measurements: [{ value: '5' }] },
    ]);
  });
});
