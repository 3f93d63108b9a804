import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { decodeWrapper, encodeWrapper, WrapperSplitter, type WrapperFrame } from './wrapper.ts';

const frames = fc.array(
  fc.record({
    source: fc.integer({ min: 0, max: 65535 }),
    destination: fc.integer({ min: 0, max: 65535 }),
    payload: fc.uint8Array({ maxLength: 200 }),
  }),
  { maxLength: 6 },
);
const plain = (found: readonly unknown[]) =>
  (found as WrapperFrame[]).map((frame) => ({ ...frame, payload: [...frame.payload] }));

describe('a wrapper stream', () => {
  it('yields the frames that were sent, however the network divides them', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encodeWrapper));
        const splitter = new WrapperSplitter();
        const found: unknown[] = [];
        for (let at = 0, cut = 0; at < stream.length; at += cuts[cut++ % cuts.length]!) {
          found.push(...splitter.push(stream.subarray(at, at + cuts[cut % cuts.length]!)));
        }
        expect(plain(found)).toEqual(plain(sent));
        expect(splitter.held).toHaveLength(0);
        expect(plain(decodeWrapper(stream) as WrapperFrame[])).toEqual(plain(sent));
      }),
    );
  });

  it('is over after an octet that is no wrapper, and says where', () => {
    const splitter = new WrapperSplitter();
    const good = encodeWrapper({ source: 1, destination: 16, payload: Uint8Array.of(1, 2, 3) });
    const [frame, error] = splitter.push(Buffer.concat([good, Buffer.from('GET / HTTP/1.1')]));
    expect(isDecodeError(frame)).toBe(false);
    expect(error).toMatchObject({ code: 'DLMS_WRAPPER_VERSION', offset: good.length });
    expect(splitter.push(good)).toEqual([error]);
  });

  it('loses no frame to what follows it, damaged or cut off', () => {
    const good = encodeWrapper({ source: 1, destination: 16, payload: Uint8Array.of(1, 2, 3) });
    const follow = (...octets: number[]) => decodeWrapper(Uint8Array.of(...good, ...octets));
    expect(follow(0, 2)).toMatchObject([{ source: 1 }, { code: 'DLMS_WRAPPER_VERSION', offset: 11 }]);
    expect(follow(0, 1, 0, 1, 0)).toMatchObject([{ source: 1 }, { code: 'FRAME_TRUNCATED' }]);
  });

  it('keeps what it holds back and gives out, when the socket uses its buffer again', () => {
    const sent = encodeWrapper({ source: 1, destination: 16, payload: Uint8Array.of(1, 2, 3) });
    const splitter = new WrapperSplitter();
    const socket = Buffer.from(sent);
    const first = splitter.push(socket.subarray(0, 10));
    socket.fill(0);
    const second = splitter.push(Buffer.from(sent.subarray(10)));
    expect(plain([...first, ...second])).toEqual([{ source: 1, destination: 16, payload: [1, 2, 3] }]);
    const whole = Buffer.from(sent);
    const frames = splitter.push(whole);
    whole.fill(0);
    expect(plain(frames)).toEqual([{ source: 1, destination: 16, payload: [1, 2, 3] }]);
  });

  it('still holds what it was given of a frame that is not complete, or is none', () => {
    const sent = encodeWrapper({ source: 1, destination: 16, payload: Uint8Array.of(1, 2, 3) });
    const cut = new WrapperSplitter();
    cut.push(Buffer.concat([sent, sent.subarray(0, 4)]));
    cut.push(sent.subarray(4, 9));
    expect([...cut.held]).toEqual([...sent.subarray(0, 9)]);
    const wrong = new WrapperSplitter();
    wrong.push(Buffer.concat([sent, Buffer.from('GET / HTTP/1.1')]));
    expect(Buffer.from(wrong.held).toString()).toBe('GET / HTTP/1.1');
  });

  it('refuses a frame that is longer than the listener takes, before it has come', () => {
    const header = Buffer.from('000100010001ffff', 'hex');
    expect(new WrapperSplitter(1000).push(header)).toMatchObject([
      { code: 'DLMS_FRAME_TOO_LONG', offset: 6 },
    ]);
  });
});
