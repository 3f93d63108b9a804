import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError, fail } from '../decode-error.ts';
import { hex4 } from '../hex.ts';
import { isChecksumOf, smlChecksum } from './check.ts';

/**
 * SML transport protocol, version 1 (SML 1.04, 8): `1B1B1B1B 01010101`, messages, fill octets to a multiple of four,
 * `1B1B1B1B 1A`, how many fill octets, checksum. Four octets 1B among the messages are sent twice.
 */
export const ESCAPE = 0x1b;
export const START_OCTETS = 8;
export const END = 0x1a;
export const END_OCTETS = 8;
const VERSION = 0x01;
const VERSION_WITH_BLOCKS = 0x02;

/** What a frame carries, and how places in it are places in the frame. */
export interface TransportPayload {
  readonly messages: Uint8Array;
  /** The octet of the frame that became octet `at` of the messages. */
  frameOffset(at: number): number;
}

/**
 * How many of a run of `run` octets 1B are escapes of themselves or plain, and whether a control follows. Of eight, four
 * are meant; what is left of fewer than four is plain; of four to seven the last four begin a control sequence.
 */
export function readRun(run: number): { readonly plain: number; readonly isControl: boolean } {
  const rest = run % 8;
  const doubled = (run - rest) / 2;
  return rest < 4
    ? { plain: doubled + rest, isControl: false }
    : { plain: doubled + rest - 4, isControl: true };
}

/**
 * The messages of a frame from start to end sequence. Errors: `SML_VERSION_UNSUPPORTED`, `SML_FRAME_INVALID`,
 * `SML_CRC_MISMATCH`, `SML_FILL_INVALID`; offsets count from the start of the frame.
 */
export function openTransport(frame: Uint8Array): TransportPayload | DecodeError {
  return attempt(() => {
    checkEnds(frame);
    const end = frame.length - 2;
    const sent = (frame[end]! << 8) | frame[end + 1]!;
    if (!isChecksumOf(frame.subarray(0, end), sent)) {
      fail(
        'SML_CRC_MISMATCH',
        `The checksum ${hex4(sent)} is not that of the frame: it was changed on the way.`,
        end,
      );
    }
    const { octets, removed } = unescape(frame, START_OCTETS, frame.length - END_OCTETS);
    const fill = frame[end - 1]!;
    if (fill > 3 || fill > octets.length) {
      fail('SML_FILL_INVALID', `${fill} fill octets are announced, but there are three at most.`, end - 1);
    }
    return {
      messages: octets.subarray(0, octets.length - fill),
      frameOffset: (at) => START_OCTETS + at + 4 * removed.filter((place) => place <= at).length,
    };
  });
}

function checkEnds(frame: Uint8Array): void {
  const startsWell = frame.subarray(0, 4).every((octet) => octet === ESCAPE);
  if (frame.length < START_OCTETS + END_OCTETS || !startsWell || frame[frame.length - 4] !== END) {
    fail(
      'SML_FRAME_INVALID',
      'This is no SML frame: it goes from 1B1B1B1B01010101 to 1B1B1B1B1A and a checksum.',
      0,
    );
  }
  const version = frame[4]!;
  if (version === VERSION_WITH_BLOCKS) {
    fail(
      'SML_VERSION_UNSUPPORTED',
      'Transport version 2 (block transfer) is not spoken here: use version 1.',
      4,
    );
  }
  if (frame.subarray(4, 8).some((octet) => octet !== VERSION)) {
    fail('SML_FRAME_INVALID', 'Behind 1B1B1B1B a frame has 01010101.', 4);
  }
}

/** `removed`: the places in `octets` behind which four octets of the frame were escapes. */
function unescape(frame: Uint8Array, from: number, to: number): { octets: Uint8Array; removed: number[] } {
  const removed: number[] = [];
  if (indexOfEscape(frame, from, to) < 0) return { octets: frame.subarray(from, to), removed };
  const octets = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to;) {
    const run = runLength(frame, at, to);
    if (run < 4) {
      octets[length++] = frame[at++]!;
      continue;
    }
    // A control sequence within a frame was taken for data by the splitter: see SmlSplitter.
    const { plain, isControl } = readRun(run);
    const meant = isControl ? plain + 4 : plain;
    octets.fill(ESCAPE, length, length + meant);
    length += meant;
    for (let place = 4; place <= run - meant; place += 4) removed.push(length);
    at += run;
  }
  return { octets: octets.subarray(0, length), removed };
}

export function runLength(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === ESCAPE) at++;
  return at - from;
}

/** Where four octets 1B begin, or −1. */
export function indexOfEscape(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(ESCAPE, from); at >= 0 && at + 4 <= to; at = bytes.indexOf(ESCAPE, at + 1)) {
    if (bytes[at + 1] === ESCAPE && bytes[at + 2] === ESCAPE && bytes[at + 3] === ESCAPE) return at;
  }
  return -1;
}

/** A frame around SML messages: start, escapes, fill octets, end, checksum. */
export function encodeTransport(messages: Uint8Array): Uint8Array {
  const fill = (4 - (messages.length % 4)) % 4;
  const frame = new ByteWriter(messages.length + 32).u32(ESCAPES).u32(0x01010101);
  for (let at = 0; at < messages.length;) {
    const run = runLength(messages, at, messages.length);
    // Of a run of 1B the fours are doubled, what is left of it is plain.
    const sent = run < 4 ? run : run * 2 - (run % 4);
    if (run === 0) frame.u8(messages[at]!);
    else frame.bytes(new Uint8Array(sent).fill(ESCAPE));
    at += Math.max(1, run);
  }
  frame.bytes(new Uint8Array(fill)).u32(ESCAPES).u8(END).u8(fill);
  return frame.u16(smlChecksum(frame.finish())).finish();
}

const ESCAPES = 0x1b1b1b1b;
