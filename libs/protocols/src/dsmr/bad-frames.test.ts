import { describe, expect, it } from '@jest/globals';
import { dsmr } from './codec.ts';

const body = '/MMS5\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.7.0(1*kW)\r\n';

describe('a bad telegram', () => {
  it.each<[code: string, offset: number, what: string, text: string]>([
    ['P1_TELEGRAM_MISSING', 0, 'nothing at all', ''],
    ['P1_TELEGRAM_MISSING', 0, 'no telegram', 'hello world'],
    ['P1_TELEGRAM_TRUNCATED', 0, 'no end', body],
    ['P1_TELEGRAM_EMPTY', 0, 'no object', '/MMS5\r\n\r\n!\r\n'],
    ['P1_CRC_MISSING', body.length + 1, 'version 5 without check', `${body}!\r\n`],
    ['P1_CRC_MISMATCH', body.length + 1, 'a wrong check', `${body}!0000\r\n`],
    ['P1_CRC_INVALID', body.length + 1, 'a check that is none', `${body}!12G4\r\n`],
    ['HEX_INVALID', 6, 'half an octet of a ciphered telegram', 'DB08414243444'],
  ])('is answered with %s at %i: %s', (code, offset, _what, text) => {
    expect(dsmr.decode(Buffer.from(text), {})).toEqual([
      { code, offset, message: expect.stringMatching(/.{20}/) },
    ]);
  });
});
