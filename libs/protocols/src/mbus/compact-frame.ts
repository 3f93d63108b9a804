import { attempt, fail, isDecodeError } from '../decode-error.ts';
import { crc16 } from './crc.ts';
import { knownFormats } from './known-formats.ts';
import { readHeader } from './record-header.ts';
import { dataOctets, readVariableLength, VARIABLE } from './record-value.ts';

const FILLER = 0x2f;
const SPECIAL = 0x0f;
const HEADER_OCTETS = 4;

/**
 * The formats (headers of all records of a full frame) that compact frames are read with, by their signature: the CRC
 * over them (EN 13757-3, 7.3).
 */
export class FormatMemory {
  #formats: Map<number, Uint8Array> | undefined;
  /** Full frames of this call; their formats are worked out only when a compact frame asks. */
  #frames: (readonly [bytes: Uint8Array, at: number, end: number])[] | undefined;

  keepFrame(bytes: Uint8Array, at: number, end: number): void {
    (this.#frames ??= []).push([bytes, at, end]);
  }

  /** A format frame (CI 69h to 6Bh): length, signature, headers. Errors: `MBUS_CRC_MISMATCH`, `FRAME_TRUNCATED`. */
  keepFormat(bytes: Uint8Array, at: number, end: number): void {
    const length = bytes[at] ?? 0;
    const formatEnd = at + 1 + length;
    if (length < 2 || formatEnd > end) fail('FRAME_TRUNCATED', 'The format frame is cut off.', at);
    const signature = bytes[at + 1]! | (bytes[at + 2]! << 8);
    const format = bytes.slice(at + 3, formatEnd);
    if (crc16(format) !== signature) {
      fail('MBUS_CRC_MISMATCH', 'The signature of the format frame is not the CRC of its headers.', at + 1);
    }
    (this.#formats ??= new Map()).set(signature, format);
  }

  find(signature: number): Uint8Array | undefined {
    for (const [bytes, at, end] of this.#frames?.splice(0) ?? []) {
      const format = attempt(() => formatOf(bytes, at, end));
      if (!isDecodeError(format)) (this.#formats ??= new Map()).set(crc16(format), format);
    }
    return this.#formats?.get(signature) ?? knownFormats().get(signature);
  }
}

/** The headers of all records of a full frame, one after the other. */
export function formatOf(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let cursor = at; cursor < end;) {
    if (bytes[cursor] === FILLER) {
      cursor++;
      continue;
    }
    if ((bytes[cursor]! & 0x0f) === SPECIAL) break;
    const { length, dataField } = readHeader(bytes, cursor, end, 0);
    parts.push(bytes.subarray(cursor, cursor + length));
    cursor += length;
    cursor += valueOctets(bytes, cursor, dataField);
  }
  return Buffer.concat(parts);
}

function valueOctets(bytes: Uint8Array, at: number, dataField: number): number {
  return dataField === VARIABLE ? 1 + readVariableLength(bytes[at] ?? 0, at).octets : dataOctets[dataField]!;
}

/**
 * The records of a compact frame (EN 13757-3, 7.3): signature of the format, CRC of the full frame, then values alone.
 * Errors: `MBUS_FORMAT_UNKNOWN`, `MBUS_CRC_MISMATCH`, `FRAME_TRUNCATED`.
 */
export function rebuildFullFrame(
  bytes: Uint8Array,
  at: number,
  end: number,
  formats: FormatMemory,
): Uint8Array {
  if (end - at < HEADER_OCTETS) fail('FRAME_TRUNCATED', 'The header of the compact frame is cut off.', end);
  const signature = bytes[at]! | (bytes[at + 1]! << 8);
  const expected = bytes[at + 2]! | (bytes[at + 3]! << 8);
  const format = formats.find(signature);
  if (!format) {
    fail(
      'MBUS_FORMAT_UNKNOWN',
      `The compact frame refers to format ${signature.toString(16).toUpperCase().padStart(4, '0')}: give a full frame of the meter together with it.`,
      at,
    );
  }
  const parts: Uint8Array[] = [];
  let valueAt = at + HEADER_OCTETS;
  for (let cursor = 0; cursor < format.length;) {
    const { length, dataField } = readHeader(format, cursor, format.length, 0);
    const octets = valueOctets(bytes, valueAt, dataField);
    if (valueAt + octets > end)
      fail('FRAME_TRUNCATED', 'The compact frame has fewer values than its format.', end);
    parts.push(format.subarray(cursor, cursor + length), bytes.subarray(valueAt, valueAt + octets));
    cursor += length;
    valueAt += octets;
  }
  if (valueAt < end) parts.push(bytes.subarray(valueAt, end));
  const full = Buffer.concat(parts);
  if (crc16(full) !== expected) {
    fail(
      'MBUS_CRC_MISMATCH',
      'The CRC of the full frame does not fit the values of the compact one.',
      at + 2,
    );
  }
  return full;
}
