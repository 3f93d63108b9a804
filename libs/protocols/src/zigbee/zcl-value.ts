import type { ByteReader } from '../byte-reader.ts';
import { shortestSingle } from '../decimal.ts';
import { textOrHex, toHex } from '../hex.ts';

/** Data types of attributes (ZCL 2.6.2, table 2-11) that this code names. */
export const zclType = {
  boolean: 0x10,
  bitmap8: 0x18, bitmap16: 0x19, bitmap24: 0x1a, bitmap32: 0x1b, bitmap64: 0x1f,
  uint8: 0x20, uint16: 0x21, uint24: 0x22, uint32: 0x23, uint48: 0x25, uint64: 0x27,
  int8: 0x28, int16: 0x29, int24: 0x2a, int32: 0x2b, int64: 0x2f,
  enum8: 0x30, enum16: 0x31,
  half: 0x38, single: 0x39, double: 0x3a,
  octets: 0x41, text: 0x42, longOctets: 0x43, longText: 0x44,
  utcTime: 0xe2, eui64: 0xf0,
} as const; // prettier-ignore

/** What an attribute holds; `undefined` where the sender marks it as not known (ZCL 2.6.2: non-value of each type). */
export type ZclValue = number | bigint | boolean | string | Uint8Array | readonly ZclValue[] | undefined;

const DEEPEST = 8;
/** Seconds from 1970 to 2000-01-01, where UTCTime begins (ZCL 2.6.2.19). */
export const ZIGBEE_EPOCH = 946_684_800;

/** A value of `type`. Fails with `ZIGBEE_TYPE_UNKNOWN`, whose length nobody knows, `ZIGBEE_TOO_DEEP`, `FRAME_TRUNCATED`. */
export function readZclValue(reader: ByteReader, type: number, depth = 0): ZclValue {
  if (type >= 0x08 && type <= 0x0f) return bits(reader, type - 0x07);
  if (type >= 0x18 && type <= 0x1f) return bits(reader, type - 0x17);
  if (type >= 0x20 && type <= 0x27) return unlessAllOnes(bits(reader, type - 0x1f), type - 0x1f);
  if (type >= 0x28 && type <= 0x2f) return signed(reader, type - 0x27);
  switch (type) {
    case 0x00:
      return undefined;
    case 0x10: {
      const octet = reader.u8();
      return octet === 0xff ? undefined : octet !== 0;
    }
    case 0x30:
      return unlessAllOnes(bits(reader, 1), 1);
    case 0x31:
      return unlessAllOnes(bits(reader, 2), 2);
    case 0x38:
      return finite(half(Number(bits(reader, 2))));
    case 0x39:
      return finite(shortestSingle(float(reader, 4)));
    case 0x3a:
      return finite(float(reader, 8));
    case 0x41:
    case 0x42:
      return string(reader, type === 0x42, reader.u8(), 0xff);
    case 0x43:
    case 0x44:
      return string(reader, type === 0x44, Number(bits(reader, 2)), 0xffff);
    case 0x48:
    case 0x50:
    case 0x51:
      return list(reader, depth);
    case 0x4c:
      return structure(reader, depth);
    case 0xe0:
      return timeOfDay(reader);
    case 0xe1:
      return date(reader);
    case 0xe2:
      return unlessAllOnes(bits(reader, 4), 4);
    case 0xe8:
    case 0xe9:
      return unlessAllOnes(bits(reader, 2), 2);
    case 0xea:
      return unlessAllOnes(bits(reader, 4), 4);
    case 0xf0:
      return reversedHex(reader.take(8));
    case 0xf1:
      return reader.copy(16);
    default:
      reader.fail(
        'ZIGBEE_TYPE_UNKNOWN',
        `Data type 0x${type.toString(16)} is not in the cluster library: what follows cannot be told apart.`,
      );
  }
}

/** The instant of a UTCTime, ISO 8601. */
export const instantOf = (seconds: number): string => new Date((seconds + ZIGBEE_EPOCH) * 1000).toISOString();

/** A value in words; numbers exact, as they were sent. */
export function zclText(value: ZclValue): string {
  if (value instanceof Uint8Array) return textOrHex(value);
  if (Array.isArray(value)) return JSON.stringify(value.map((element: ZclValue) => zclText(element)));
  return value === undefined ? '' : String(value);
}

/** An unsigned integer of 1 to 8 octets, little-endian; a bigint only where a number could not be exact. */
function bits(reader: ByteReader, octets: number): number | bigint {
  const { bytes } = reader;
  const start = reader.advance(octets);
  let low = 0;
  for (let i = Math.min(octets, 6) - 1; i >= 0; i--) low = low * 256 + bytes[start + i]!;
  if (octets <= 6) return low;
  let high = 0;
  for (let i = octets - 1; i >= 6; i--) high = high * 256 + bytes[start + i]!;
  return (BigInt(high) << 48n) | BigInt(low);
}

export const readUnsigned = (reader: ByteReader, octets: 1 | 2 | 3 | 4 | 6): number =>
  Number(bits(reader, octets));

function unlessAllOnes(value: number | bigint, octets: number): number | bigint | undefined {
  const isInvalid = octets <= 6 ? value === 2 ** (8 * octets) - 1 : value === (1n << BigInt(8 * octets)) - 1n;
  return isInvalid ? undefined : value;
}

function signed(reader: ByteReader, octets: number): number | bigint | undefined {
  const value = bits(reader, octets);
  if (typeof value === 'bigint') {
    const number = BigInt.asIntN(8 * octets, value);
    return number === -(1n << BigInt(8 * octets - 1)) ? undefined : number;
  }
  const half = 2 ** (8 * octets - 1);
  if (value === half) return undefined;
  return value < half ? value : value - 2 * half;
}

function float(reader: ByteReader, octets: 4 | 8): number {
  const { buffer, byteOffset } = reader.take(octets);
  const view = new DataView(buffer, byteOffset, octets);
  return octets === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** IEEE 754 binary16. */
function half(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0x1f) return Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const finite = (value: number) => (Number.isFinite(value) ? value : undefined);

function string(reader: ByteReader, isText: boolean, length: number, invalid: number): ZclValue {
  if (length === invalid) return undefined;
  const octets = reader.copy(length);
  return isText ? Buffer.from(octets).toString('utf8') : octets;
}

/** Arrays, sets and bags: one type, then so many of it. */
function list(reader: ByteReader, depth: number): ZclValue {
  const type = reader.u8();
  const count = elements(reader, depth);
  // Elements without octets would cost nothing to announce.
  if (type === 0x00) return [];
  return Array.from({ length: count }, () => readZclValue(reader, type, depth + 1));
}

function structure(reader: ByteReader, depth: number): ZclValue {
  const count = elements(reader, depth);
  return Array.from({ length: count }, () => readZclValue(reader, reader.u8(), depth + 1));
}

function elements(reader: ByteReader, depth: number): number {
  if (depth >= DEEPEST) reader.fail('ZIGBEE_TOO_DEEP', `More than ${DEEPEST} levels of lists are not read.`);
  const count = readUnsigned(reader, 2);
  if (count === 0xffff) return 0;
  if (count > reader.remaining)
    reader.fail(
      'FRAME_TRUNCATED',
      `${count} elements are announced but only ${reader.remaining} octets are left.`,
    );
  return count;
}

function timeOfDay(reader: ByteReader): ZclValue {
  const [hours, minutes, seconds, hundredths] = reader.take(4);
  if ([hours, minutes, seconds, hundredths].every((octet) => octet === 0xff)) return undefined;
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(hundredths)}`;
}

function date(reader: ByteReader): ZclValue {
  const [year, month, day, weekday] = reader.take(4);
  if ([year, month, day, weekday].every((octet) => octet === 0xff)) return undefined;
  return `${year === 0xff ? 'xxxx' : 1900 + year!}-${pad(month)}-${pad(day)}`;
}

const pad = (octet: number | undefined) => (octet === 0xff ? 'xx' : String(octet).padStart(2, '0'));

const reversedHex = (octets: Uint8Array) => toHex(Uint8Array.from(octets).reverse());
