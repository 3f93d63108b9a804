import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { obisOctets } from '../dlms/obis.ts';
import { encodeSmlFrame } from './encode-frame.ts';
import { SmlSplitter, splitSml } from './splitter.ts';
import { encodeTransport } from './transport.ts';

const serverId = Uint8Array.of(0x0a, 1, 0x4d, 0x4d, 0x53, 0, 0, 0, 0, 42);
const frameOf = (value: number | Uint8Array) =>
  encodeSmlFrame({ serverId, transaction: 1, readings: [{ name: obisOctets('1.0.1.8.0.255'), value }] });
const frame = frameOf(5);
const noise = Buffer.from('1B1B001B1B1B1B1A0000001B1B1B1B0101', 'hex');

describe('a stream of SML frames', () => {
  it('is cut the same however the network divides it, whatever the frames hold', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .array(fc.constantFrom(0x1b, 0x1b, 0x1b, 0x1a, 0x01), { maxLength: 40 })
        .map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (payloads, size) => {
        const frames = payloads.map(encodeTransport);
        const stream = Buffer.concat([
          noise,
          ...frames.flatMap((octets) => [octets, Buffer.from([0, 0xff])]),
        ]);
        const splitter = new SmlSplitter();
        const found = [];
        for (let at = 0; at < stream.length; at += size)
          found.push(...splitter.push(stream.subarray(at, at + size)));
        found.push(...splitter.end());
        expect(found.map((item) => (isDecodeError(item) ? item : item.octets))).toEqual(frames);
      }),
    );
  });

  it('goes on with the next frame where one was cut off', () => {
    const found = splitSml(Buffer.concat([frame.subarray(0, 50), frame, frame.subarray(0, 20)]));
    expect(found).toMatchObject([
      { code: 'SML_FRAME_TRUNCATED', offset: 0 },
      { offset: 50 },
      { code: 'SML_FRAME_TRUNCATED', offset: 50 + frame.length },
    ]);
  });

  it('holds back no more than its longest frame, and recovers from a longer one', () => {
    const splitter = new SmlSplitter(512);
    const found = splitter.push(Buffer.concat([frame.subarray(0, 8), Buffer.alloc(10_000, 7)]));
    expect(found).toMatchObject([{ code: 'SML_FRAME_TOO_LONG', offset: 0 }]);
    expect(splitter.pending).toBeLessThanOrEqual(512);
    expect(splitter.push(frame)).toMatchObject([{ octets: frame }]);
  });
});
