import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { encodeTelegram } from './encode-telegram.ts';
import { splitTelegrams, TelegramSplitter } from './telegram-splitter.ts';

const telegram = encodeTelegram({
  identification: 'MMS5METERMESH',
  version: '50',
  sentAt: Date.parse('2026-07-01T10:15:00Z'),
  identifier: 'E1',
  readings: [{ obis: '1.0.1.8.1.255', value: '000001.000', unit: 'kWh' }],
});
const noise = Buffer.from('\0\xffx/1!\r\n/ab', 'latin1');

describe('a stream of telegrams', () => {
  it('is cut the same however the network divides it, and the offsets are those of the stream', () => {
    const stream = Buffer.concat([noise, telegram, telegram, noise, telegram]);
    const offsets = [noise.length, noise.length + telegram.length, 2 * (noise.length + telegram.length)];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }), (sizes) => {
        const splitter = new TelegramSplitter();
        const found = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          found.push(...splitter.push(stream.subarray(at, at + size)));
          at += size;
        }
        found.push(...splitter.end());
        expect(found).toEqual(offsets.map((offset) => ({ octets: new Uint8Array(telegram), offset })));
      }),
    );
  });

  it('goes on with the next telegram where one was cut off', () => {
    const found = splitTelegrams(Buffer.concat([telegram.subarray(0, 60), Buffer.from('\r\n'), telegram]));
    expect(found).toMatchObject([{ code: 'P1_TELEGRAM_TRUNCATED', offset: 0 }, { offset: 62 }]);
  });

  it('tells of a telegram that the stream ends in', () => {
    expect(splitTelegrams(telegram.subarray(0, -12))).toMatchObject([{ code: 'P1_TELEGRAM_TRUNCATED' }]);
  });

  it('ends a telegram without line end behind "!"', () => {
    const old = Buffer.from('/MMS5\r\n\r\n1-0:1.7.0(1*kW)\r\n!');
    expect(splitTelegrams(Buffer.concat([old, old]))).toMatchObject([{ offset: 0 }, { offset: old.length }]);
  });

  it('holds back no more than its longest telegram, and recovers from a longer one', () => {
    const splitter = new TelegramSplitter(1000);
    const endless = Buffer.concat([Buffer.from('/MMS5\r\n'), Buffer.alloc(100_000, 'x\r\n')]);
    const found = splitter.push(endless);
    expect(found).toMatchObject([{ code: 'P1_TELEGRAM_TOO_LONG', offset: 0 }]);
    expect(splitter.pending).toBeLessThanOrEqual(1000);
    expect(splitter.push(telegram).some((item) => !isDecodeError(item))).toBe(true);
  });
});
