import { fail } from '../decode-error.ts';
import { crc16, crcStep, finishCrc } from './crc.ts';

/** How a wireless frame guards its octets: formats of EN 13757-4, 12.2 and 12.3, or checks taken off by the receiver. */
export type FrameFormat = 'A' | 'B' | 'stripped';

export interface WirelessFrame {
  readonly format: FrameFormat;
  /** The link layer frame without its checks: L, C, M, A, CI … */
  readonly bytes: Uint8Array;
  /** Octets that it took from what was given, from where it began. */
  readonly length: number;
}

export const CI_AT = 10;
const FIRST_BLOCK = 10;
const BLOCK = 16;
/** Octets of the first and second block of format B without their check. */
const FORMAT_B_FIRST = 126;

/** Control fields of EN 13757-4, 12.5.3 and EN 13757-2, 5.7, with the bits FCB/FCV and ACD/DFC. */
const controls = new Set([
  0x00, 0x06, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x53, 0x5a,
  0x5b, 0x73, 0x7a, 0x7b,
]);

export function isWireless(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >= FIRST_BLOCK - 1 && controls.has(bytes[at + 1]!);
}

/** The synchronisation words of mode C (EN 13757-4, 9.3.2), which some receivers leave in front of the frame. */
export function skipSynchronisation(bytes: Uint8Array, at: number): number {
  const isSync = bytes[at] === 0x54 && (bytes[at + 1] === 0xcd || bytes[at + 1] === 0x3d);
  return isSync ? at + 2 : at;
}

/**
 * Finds out by the checks themselves which format a frame is in. A frame whose length fits none and whose first check
 * fails is damaged. Errors: `FRAME_TRUNCATED`, `MBUS_CRC_MISMATCH`.
 */
export function readWireless(bytes: Uint8Array, at: number): WirelessFrame {
  const length = bytes[at]!;
  const available = bytes.length - at;
  const guarded = guardedLength(length);
  const isGuarded = available >= FIRST_BLOCK + 2 && checkHolds(bytes, at, at + FIRST_BLOCK);
  if (isGuarded || (available === guarded && available !== length + 1))
    return stripFormatA(bytes, at, length);
  if (available < length + 1) {
    fail(
      'FRAME_TRUNCATED',
      `The length field announces ${length + 1} octets, ${available} are there: the frame was cut.`,
      bytes.length,
    );
  }
  const formatB = stripFormatB(bytes, at, length);
  return formatB ?? { format: 'stripped', bytes: bytes.subarray(at, at + length + 1), length: length + 1 };
}

/** Octets of a frame of format A: a check after the first ten octets and after each sixteen. */
const guardedLength = (length: number) =>
  length + 1 + 2 * (1 + Math.ceil((length + 1 - FIRST_BLOCK) / BLOCK));

function checkHolds(bytes: Uint8Array, start: number, end: number): boolean {
  return crc16(bytes, start, end) === ((bytes[end]! << 8) | bytes[end + 1]!);
}

function stripFormatA(bytes: Uint8Array, at: number, length: number): WirelessFrame {
  const guarded = guardedLength(length);
  if (bytes.length - at < guarded) {
    fail(
      'FRAME_TRUNCATED',
      `A frame of format A with length field ${length} has ${guarded} octets, ${bytes.length - at} are there.`,
      bytes.length,
    );
  }
  const stripped = new Uint8Array(length + 1);
  let from = at;
  for (let to = 0; to <= length;) {
    const blockEnd = Math.min(to === 0 ? FIRST_BLOCK : to + BLOCK, length + 1);
    const blockAt = from;
    let crc = 0;
    while (to < blockEnd) {
      const octet = bytes[from++]!;
      stripped[to++] = octet;
      crc = crcStep(crc, octet);
    }
    if (finishCrc(crc) !== ((bytes[from]! << 8) | bytes[from + 1]!)) {
      fail(
        'MBUS_CRC_MISMATCH',
        'The CRC of this block does not fit: the frame was damaged on the air.',
        blockAt,
      );
    }
    from += 2;
  }
  return { format: 'A', bytes: stripped, length: guarded };
}

/** The length field of format B counts the checks. `undefined` where they do not hold: then they were taken off. */
function stripFormatB(bytes: Uint8Array, at: number, length: number): WirelessFrame | undefined {
  const end = at + length + 1;
  if (length < FIRST_BLOCK + 2) return undefined;
  if (length + 1 <= FORMAT_B_FIRST + 2) {
    if (!checkHolds(bytes, at, end - 2)) return undefined;
    return { format: 'B', bytes: bytes.subarray(at, end - 2), length: length + 1 };
  }
  const second = at + FORMAT_B_FIRST;
  if (!checkHolds(bytes, at, second)) return undefined;
  if (end - 2 < second + 2 || !checkHolds(bytes, second + 2, end - 2)) {
    fail(
      'MBUS_CRC_MISMATCH',
      'The CRC of the third block does not fit: the frame was damaged on the air.',
      second + 2,
    );
  }
  const stripped = new Uint8Array(length + 1 - 4);
  stripped.set(bytes.subarray(at, second));
  stripped.set(bytes.subarray(second + 2, end - 2), FORMAT_B_FIRST);
  return { format: 'B', bytes: stripped, length: length + 1 };
}

/** Where an octet of the frame without checks was in the frame with them. */
export function offsetWithChecks(format: FrameFormat, offset: number): number {
  if (format === 'A' && offset >= FIRST_BLOCK) {
    return offset + 2 + 2 * Math.floor((offset - FIRST_BLOCK) / BLOCK);
  }
  return format === 'B' && offset >= FORMAT_B_FIRST ? offset + 2 : offset;
}
