import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import {
  clientAddress,
  decodeHdlc,
  encodeHdlc,
  encodeHdlcSegments,
  HdlcSplitter,
  UNNUMBERED_INFORMATION,
  type HdlcFrame,
} from './hdlc.ts';
import { HdlcReassembler } from './hdlc-reassembler.ts';
import { LLC_RESPONSE } from './llc.ts';

const address = fc.oneof(
  fc.integer({ min: 0, max: 127 }).map((upper) => ({ upper, octets: 1 as const })),
  fc.record({ upper: fc.nat(127), lower: fc.nat(127), octets: fc.constant(2 as const) }),
  fc.record({ upper: fc.nat(16383), lower: fc.nat(16383), octets: fc.constant(4 as const) }),
);
const frame = fc.record({
  destination: address,
  source: address,
  control: fc.nat(255),
  segmented: fc.boolean(),
  information: fc.uint8Array({ maxLength: 400 }),
});
const header = {
  destination: clientAddress(1),
  source: { upper: 1, lower: 17, octets: 2 as const },
  control: UNNUMBERED_INFORMATION,
};
const plain = (found: readonly unknown[]) =>
  (found as HdlcFrame[]).map((item) => ({ ...item, information: [...item.information] }));

describe('HDLC frames', () => {
  it('are found as they were sent, however the line divides them', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), (sent, size) => {
        const stream = Buffer.concat(sent.map(encodeHdlc));
        const splitter = new HdlcSplitter();
        const found = [];
        for (let at = 0; at < stream.length; at += size)
          found.push(...splitter.push(stream.subarray(at, at + size)));
        expect(plain([...found, ...splitter.end()])).toEqual(plain(sent));
      }),
    );
  });

  it('may share one flag', () => {
    const one = encodeHdlc({ ...header, segmented: false, information: Uint8Array.of(1) });
    expect(decodeHdlc(Buffer.concat([one, one.subarray(1)]))).toHaveLength(2);
  });

  it('after a damaged one are found again, with one error for the loss', () => {
    const bodies = [1, 2, 3].map((octet) =>
      encodeHdlc({ ...header, segmented: false, information: Uint8Array.of(octet, 0x7e, 0xa0) }),
    );
    bodies[1]![9]! ^= 0x01;
    const found = decodeHdlc(Buffer.concat([Buffer.from([0x00, 0xff]), ...bodies]));
    expect(found.map((item) => (isDecodeError(item) ? item.code : item.information[0]))).toEqual([
      1,
      'HDLC_FCS_MISMATCH',
      3,
    ]);
  });

  it('that break off do not hide the whole ones behind them', () => {
    const whole = encodeHdlc({ ...header, segmented: false, information: Uint8Array.of(9) });
    const long = encodeHdlc({ ...header, segmented: false, information: new Uint8Array(200) });
    const found = decodeHdlc(Buffer.concat([long.subarray(0, 50), whole]));
    expect(found).toMatchObject([{ code: 'FRAME_TRUNCATED', offset: 0 }, { information: Uint8Array.of(9) }]);
  });

  it('carry a long APDU in segments', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        fc.integer({ min: 4, max: 300 }),
        (apdu, maximum) => {
          const sent = encodeHdlcSegments(Buffer.concat([LLC_RESPONSE, apdu]), header, maximum);
          const reassembler = new HdlcReassembler();
          const joined = sent.map((octets) => reassembler.push(decodeHdlc(octets)[0] as HdlcFrame));
          expect(joined.slice(0, -1).every((item) => item === undefined)).toBe(true);
          expect([...(joined.at(-1) as Uint8Array)]).toEqual([...apdu]);
          expect(reassembler.unfinished).toBe(0);
        },
      ),
    );
  });
});
