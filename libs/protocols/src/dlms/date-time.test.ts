import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromHex } from '../hex.ts';
import { encodeDateTime, formatLocal, parseDateTime, toInstant } from './date-time.ts';

const parse = (hex: string) => parseDateTime(fromHex(hex) as Uint8Array);

describe('a COSEM date-time', () => {
  it('reads back as the instant that was written, on a clock anywhere', () => {
    const instant = fc.integer({ min: 0, max: 4_102_444_800_00 }).map((hundredths) => hundredths * 10);
    fc.assert(
      fc.property(instant, fc.integer({ min: -14 * 4, max: 12 * 4 }), (epochMs, quarters) => {
        expect(toInstant(parseDateTime(encodeDateTime(epochMs, quarters * 15))!)).toBe(epochMs);
      }),
    );
  });

  it('without a deviation is a local time that the caller knows how to place', () => {
    const time = parse('07EA0701 03 0F1E00 FF 8000 FF')!;
    expect(formatLocal(time)).toBe('2026-07-01 15:30:00');
    expect(toInstant(time)).toBe(Date.parse('2026-07-01T15:30:00Z'));
    expect(toInstant(time, (local) => Date.parse(`${local}+09:00`))).toBe(Date.parse('2026-07-01T06:30:00Z'));
  });

  it('with parts left open is no instant', () => {
    const time = parse('FFFF FFFF FF 0F1E00 FF 8000 FF')!;
    expect(toInstant(time)).toBeUndefined();
    expect(formatLocal(time)).toBe('????-??-?? 15:30:00');
  });

  it('says what its clock thinks of itself', () => {
    expect(parse('07EA0701 03 0F1E00 00 0000 83')!.status).toEqual({
      invalid: true,
      doubtful: true,
      differentBase: false,
      daylightSaving: true,
    });
    expect(parse('07EA0701 03 0F1E00 00 0000 FF')!.status.invalid).toBe(false);
  });

  it.each([
    ['month 13', '07EA0D01 03 0F1E00 00 0000 00'],
    ['hour 24', '07EA0701 03 181E00 00 0000 00'],
    ['11 octets', '07EA0701 03 0F1E00 00 0000'],
  ])('is not %s', (_what, hex) => {
    expect(parse(hex)).toBeUndefined();
  });

  it('is not the 30th of February', () => {
    expect(toInstant(parse('07EA021E FF 000000 00 0000 00')!)).toBeUndefined();
  });
});
