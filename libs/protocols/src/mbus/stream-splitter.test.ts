import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { fromHex, toHex } from '../hex.ts';
import { MbusStreamSplitter } from './stream-splitter.ts';

/** A reading of 28.27 kWh by a meter of the wired bus (EN 13757-3, annex). */
const long = fromHex('6803036808017B8416') as Uint8Array;
const other = fromHex('680404680801725DD816') as Uint8Array;

function cut(stream: Uint8Array, ...borders: number[]): (string | undefined)[] {
  const splitter = new MbusStreamSplitter();
  const sorted = [
    0,
    ...borders.map((border) => border % (stream.length + 1)).sort((a, b) => a - b),
    stream.length,
  ];
  const found = sorted.slice(1).flatMap((end, i) => splitter.push(stream.subarray(sorted[i], end)));
  return [...found, ...splitter.end()].map((frame) => (isDecodeError(frame) ? frame.code : toHex(frame)));
}

describe('a stream of M-Bus frames', () => {
  const stream = Buffer.concat([
    Uint8Array.of(0xe5),
    long,
    fromHex('107B017C16') as Uint8Array,
    other,
    Buffer.from(`${toHex(long)}\r\n\n${toHex(other).replace(/../g, '$& ')}\n`),
    long,
  ]);

  it('is cut into the same frames however the network divides it', () => {
    const frames = [long, other, long, other, long].map(toHex);
    fc.assert(
      fc.property(fc.array(fc.nat()), (borders) => {
        expect(cut(stream, ...borders)).toEqual(frames);
      }),
    );
  });

  it('goes on behind noise, which is told once', () => {
    expect(cut(Buffer.concat([Uint8Array.of(0xff, 0x00, 0xfe), long]))).toEqual([
      'MBUS_FRAME_UNKNOWN',
      toHex(long),
    ]);
  });

  it('says what was cut off at its end', () => {
    expect(cut(long.subarray(0, 6))).toEqual(['FRAME_TRUNCATED']);
  });
});
