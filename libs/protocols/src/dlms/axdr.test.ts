import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromHex } from '../hex.ts';
import { decodeData, encodeData, MAX_DEPTH, MAX_ELEMENTS, type CosemData } from './axdr.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const integer = (type: string, min: number, max: number) =>
  fc.integer({ min, max }).map((value) => ({ type, value }) as CosemData);

const { data } = fc.letrec<{ data: CosemData }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.constant<CosemData>({ type: 'null-data' }),
    fc.constant<CosemData>({ type: 'dont-care' }),
    fc.boolean().map((value): CosemData => ({ type: 'boolean', value })),
    fc
      .array(fc.constantFrom('0', '1'), { maxLength: 40 })
      .map((bits): CosemData => ({ type: 'bit-string', value: bits.join('') })),
    integer('integer', -128, 127),
    integer('long', -32768, 32767),
    integer('double-long', -(2 ** 31), 2 ** 31 - 1),
    integer('unsigned', 0, 255),
    integer('long-unsigned', 0, 65535),
    integer('double-long-unsigned', 0, 2 ** 32 - 1),
    integer('enum', 0, 255),
    integer('delta-long', -32768, 32767),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value): CosemData => ({ type: 'long64', value })),
    fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((value): CosemData => ({ type: 'long64-unsigned', value })),
    fc.float({ noNaN: true }).map((value): CosemData => ({ type: 'float32', value })),
    fc.double({ noNaN: true }).map((value): CosemData => ({ type: 'float64', value })),
    fc.uint8Array({ maxLength: 300 }).map((value): CosemData => ({ type: 'octet-string', value })),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((value): CosemData => ({ type: 'date-time', value })),
    fc
      .string({ unit: 'binary' })
      .map((value): CosemData => ({ type: 'utf8-string', value: value.toWellFormed() })),
    fc.array(tie('data'), { maxLength: 5 }).map((value): CosemData => ({ type: 'array', value })),
    fc.array(tie('data'), { maxLength: 5 }).map((value): CosemData => ({ type: 'structure', value })),
  ),
}));

describe('COSEM data', () => {
  it('of every type reads back as it was written', () => {
    fc.assert(fc.property(data, (value) => expect(decodeData(encodeData(value))).toEqual(value)));
  });

  it('cut short is refused at an offset inside what there is', () => {
    fc.assert(
      fc.property(data, fc.nat(), (value, cut) => {
        const bytes = encodeData(value);
        const at = cut % bytes.length;
        const result = decodeData(bytes.subarray(0, at));
        expect(result).toMatchObject({ code: 'FRAME_TRUNCATED' });
        expect((result as { offset: number }).offset).toBeLessThanOrEqual(at);
      }),
    );
  });

  it('in a compact array has one description for all elements', () => {
    // compact array of structures {unsigned, long-unsigned}, two of them
    expect(decodeData(octets('13 02 02 11 12 06 01 0002 03 0004'))).toEqual({
      type: 'compact-array',
      value: [
        {
          type: 'structure',
          value: [
            { type: 'unsigned', value: 1 },
            { type: 'long-unsigned', value: 2 },
          ],
        },
        {
          type: 'structure',
          value: [
            { type: 'unsigned', value: 3 },
            { type: 'long-unsigned', value: 4 },
          ],
        },
      ],
    });
    // of arrays of two octet strings, which keep their lengths
    expect(decodeData(octets('13 01 0002 09 05 01 AA 02 BBCC'))).toEqual({
      type: 'compact-array',
      value: [
        {
          type: 'array',
          value: [
            { type: 'octet-string', value: Uint8Array.of(0xaa) },
            { type: 'octet-string', value: Uint8Array.of(0xbb, 0xcc) },
          ],
        },
      ],
    });
  });

  it.each([
    ['an unknown tag', '0202 1101 C8', 'DLMS_UNKNOWN_TAG', 4],
    ['an element count beyond the octets', '01 84FFFFFFFF 00', 'FRAME_TRUNCATED', 6],
    ['an octet string beyond the octets', '09 82FFFF 00', 'FRAME_TRUNCATED', 4],
    ['a length of too many octets', '09 85 0000000001 00', 'DLMS_LENGTH_INVALID', 1],
    ['octets after the value', '1101 00', 'DLMS_TRAILING_BYTES', 2],
    ['nothing at all', '', 'FRAME_TRUNCATED', 0],
    ['a compact array of nothings', '13 00 02 FFFF', 'DLMS_COMPACT_ARRAY_INVALID', 3],
    ['a compact array of compact arrays', '13 13 11 01 00', 'DLMS_COMPACT_ARRAY_INVALID', 1],
  ])('refuses %s', (_what, hex, code, offset) => {
    expect(decodeData(octets(hex))).toMatchObject({ code, offset });
  });

  it('refuses to nest without end', () => {
    expect(decodeData(octets('0201'.repeat(10_000) + '00'))).toMatchObject({
      code: 'DLMS_NESTED_TOO_DEEP',
      offset: MAX_DEPTH * 2 + 1,
    });
  });

  it('refuses to grow a few octets into millions of elements', () => {
    // arrays of 65,535 nothings beside one octet, described once and repeated for every octet of the contents
    const contents = Uint8Array.of(
      0x13,
      0x02,
      0x02,
      0x01,
      0xff,
      0xff,
      0x00,
      0x11,
      0x64,
      ...Array(100).fill(1),
    );
    expect(decodeData(contents)).toMatchObject({
      code: 'DLMS_TOO_MANY_ELEMENTS',
      message: expect.stringContaining(String(MAX_ELEMENTS)),
    });
  });
});
