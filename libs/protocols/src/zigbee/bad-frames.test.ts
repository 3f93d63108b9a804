import { describe, expect, it } from '@jest/globals';
import { fromHex } from '../hex.ts';
import { zigbee } from './codec.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;

describe('a bad ZigBee frame', () => {
  it.each<[code: string, what: string, hex: string, offset: number]>([
    ['ZIGBEE_FRAME_INVALID', 'a frame type that is reserved', '1B01 0A', 0],
    ['ZIGBEE_COMMAND_UNKNOWN', 'a general command that is none', '1801 42', 2],
    ['ZIGBEE_TYPE_UNKNOWN', 'a data type that is none', '1801 0A 0000 77 00', 6],
    [
      'ZIGBEE_TOO_DEEP',
      'a structure in a structure in a structure …',
      `1801 0A 0000 4C${'0900 4C'.repeat(9)}${'00'.repeat(16)}`,
      30,
    ],
    ['FRAME_TRUNCATED', 'a value that ends too early', '1801 0A 0000 25 0102', 6],
    ['FRAME_TRUNCATED', 'a text longer than the frame', '1801 0A 0400 42 FE 41', 7],
    ['FRAME_TRUNCATED', 'a list longer than the frame', '1801 0A 0000 48 20 FEFF 01', 9],
    ['FRAME_TRUNCATED', 'no command', '1801', 2],
    ['FRAME_TRUNCATED', 'nothing at all', '', 0],
    ['FRAME_TRUNCATED', 'a profile that announces more than it has', '1901 00 00000000 00 03 04 010000', 10],
  ])('is answered with %s: %s', (code, _what, hex, offset) => {
    expect(zigbee.decode(octets(hex), { zigbee: { cluster: 0x0702 } })).toMatchObject([
      { code, message: expect.stringMatching(/.{20}/), offset },
    ]);
  });

  it('counts the offset in what was given, behind a cluster', () => {
    const [error] = zigbee.decode(octets('0702 1901 00 00000000 00 63 00'), {});
    expect(error).toMatchObject({ code: 'ZIGBEE_FRAME_INVALID', offset: 10 });
    expect(zigbee.decode(octets('0702 1801 0A 0000 25 0102'), {})).toMatchObject([
      { code: 'FRAME_TRUNCATED', offset: 8 },
    ]);
    expect(zigbee.decode(octets('0702 1801 0A 0000 77 00'), {})).toMatchObject([
      { code: 'ZIGBEE_TYPE_UNKNOWN', offset: 8 },
    ]);
  });
});
