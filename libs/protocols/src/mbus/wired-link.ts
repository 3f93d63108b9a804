import { fail } from '../decode-error.ts';

/** What the wired link layer carries (EN 60870-5-2 frame format FT 1.2, EN 13757-2, 5.6). */
export interface WiredFrame {
  readonly kind: 'acknowledgement' | 'short' | 'long';
  readonly control?: number;
  /** Primary address, 0 to 255. */
  readonly primaryAddress?: number;
  /** Where the CI field is, and where user data end; both the same where there are none. */
  readonly start: number;
  readonly end: number;
  /** Octets of the whole frame from where it began. */
  readonly length: number;
}

export const ACKNOWLEDGEMENT = 0xe5;
export const SHORT_START = 0x10;
export const LONG_START = 0x68;
export const STOP = 0x16;
const beginnings = new Set([ACKNOWLEDGEMENT, SHORT_START, LONG_START]);

/** Whether the octets look like a wired frame: wireless ones begin with a length and a control field. */
export function isWired(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  if (first === ACKNOWLEDGEMENT) return bytes.length === at + 1 || beginnings.has(bytes[at + 1]!);
  if (first === SHORT_START) return bytes.length >= at + 5 && bytes[at + 4] === STOP;
  return first === LONG_START && bytes[at + 3] === LONG_START && bytes[at + 1] === bytes[at + 2];
}

/** Errors: `FRAME_TRUNCATED`, `MBUS_STOP_MISSING`, `MBUS_CHECKSUM_MISMATCH`, `MBUS_LENGTH_INVALID`. */
export function readWired(bytes: Uint8Array, at: number): WiredFrame {
  if (bytes[at] === ACKNOWLEDGEMENT) {
    return { kind: 'acknowledgement', start: at + 1, end: at + 1, length: acknowledgements(bytes, at) };
  }
  if (bytes[at] === SHORT_START) {
    checkEnd(bytes, at + 1, at + 3);
    const [control, primaryAddress] = [bytes[at + 1]!, bytes[at + 2]!];
    return { kind: 'short', control, primaryAddress, start: at + 3, end: at + 3, length: 5 };
  }
  const length = bytes[at + 1]!;
  if (length < 3) {
    fail('MBUS_LENGTH_INVALID', `A long frame has at least 3 octets of user data, not ${length}.`, at + 1);
  }
  const end = at + 4 + length;
  if (bytes.length < end + 2) {
    fail(
      'FRAME_TRUNCATED',
      `The length field announces a frame of ${length + 6} octets, ${bytes.length - at} are there.`,
      bytes.length,
    );
  }
  checkEnd(bytes, at + 4, end);
  const [control, primaryAddress] = [bytes[at + 4]!, bytes[at + 5]!];
  return { kind: 'long', control, primaryAddress, start: at + 6, end, length: length + 6 };
}

/** Meters that answer together are as good as one. */
function acknowledgements(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] === ACKNOWLEDGEMENT) end++;
  return end - at;
}

function checkEnd(bytes: Uint8Array, start: number, end: number): void {
  if (bytes[end + 1] !== STOP) {
    fail(
      'MBUS_STOP_MISSING',
      'A wired frame ends with 16h, this one does not: look at its length field.',
      end + 1,
    );
  }
  const sum = checksum(bytes, start, end);
  if (sum !== bytes[end]) {
    fail(
      'MBUS_CHECKSUM_MISMATCH',
      `The checksum is ${bytes[end]}, the octets sum up to ${sum}: the frame was damaged on the line.`,
      end,
    );
  }
}

/** The arithmetic sum of octets `start` to `end` (exclusive) without carry (EN 13757-2, 5.6.3.3). */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += bytes[at]!;
  return sum & 0xff;
}
