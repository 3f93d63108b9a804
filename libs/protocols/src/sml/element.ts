import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { fail } from '../decode-error.ts';

/** Types in the type-length field (SML 1.04, 6.3.1). */
export const OCTET_STRING = 0x00;
export const BOOLEAN = 0x40;
export const INTEGER = 0x50;
export const UNSIGNED = 0x60;
export const LIST = 0x70;
const MORE = 0x80;
/** An octet string without octets stands for an optional element that is not there. */
export const ABSENT = 0x01;

/** SML 1.04 nests six deep (message, body, list, entry, value, time). */
const DEEPEST = 12;

/** What the next element is: `length` counts octets of content, or elements of a list. */
export interface ElementHead {
  readonly type: number;
  readonly length: number;
}

/** Reads a type-length field of any number of octets. Fails with `SML_LENGTH_INVALID`, `FRAME_TRUNCATED`. */
export function readHead(reader: ByteReader): ElementHead {
  const start = reader.offset;
  const first = reader.u8();
  const type = first & 0x70;
  let length = first & 0x0f;
  let octet = first;
  while (octet & MORE) {
    octet = reader.u8();
    length = length * 16 + (octet & 0x0f);
    if (reader.offset - start > 8)
      reader.fail('SML_LENGTH_INVALID', 'A length has more than eight octets.', start);
  }
  if (type === LIST) return checkLength(reader, start, type, length);
  return checkLength(reader, start, type, length - (reader.offset - start));
}

function checkLength(reader: ByteReader, start: number, type: number, length: number): ElementHead {
  if (length < 0)
    reader.fail('SML_LENGTH_INVALID', 'A length does not even count the octets of the length.', start);
  if (length > reader.remaining) {
    reader.fail(
      'FRAME_TRUNCATED',
      `${length} ${type === LIST ? 'elements' : 'octets'} are announced, but only ${reader.remaining} octets are left.`,
      start,
    );
  }
  return { type, length };
}

/** Whether the next element is left out; passes over it. */
export function skipAbsent(reader: ByteReader): boolean {
  if (reader.peek() !== ABSENT) return false;
  reader.offset++;
  return true;
}

export function skipElement(reader: ByteReader, depth = 0): void {
  const { type, length } = readHead(reader);
  if (type !== LIST) {
    reader.advance(length);
    return;
  }
  if (depth >= DEEPEST)
    reader.fail('SML_TOO_DEEP', `Lists are nested more than ${DEEPEST} deep.`, reader.offset - 1);
  for (let index = 0; index < length; index++) skipElement(reader, depth + 1);
}

/** How many elements the list has that begins here. */
export function readList(reader: ByteReader, what: string): number {
  const start = reader.offset;
  const { type, length } = readHead(reader);
  if (type !== LIST)
    reader.fail('SML_TYPE_UNEXPECTED', `${what} is a list, but type ${hex(type)} is here.`, start);
  return length;
}

/** The octets of a string; `undefined` where it is left out. */
export function readOctets(reader: ByteReader, what: string): Uint8Array | undefined {
  if (skipAbsent(reader)) return undefined;
  const start = reader.offset;
  const { type, length } = readHead(reader);
  if (type !== OCTET_STRING) {
    reader.fail('SML_TYPE_UNEXPECTED', `${what} is an octet string, but type ${hex(type)} is here.`, start);
  }
  return reader.take(length);
}

/** A number of either sign and any width from 1 to 8 octets; `undefined` where it is left out. */
export function readNumber(reader: ByteReader, what: string): number | bigint | undefined {
  if (skipAbsent(reader)) return undefined;
  const start = reader.offset;
  const { type, length } = readHead(reader);
  if (type !== INTEGER && type !== UNSIGNED) {
    reader.fail('SML_TYPE_UNEXPECTED', `${what} is a number, but type ${hex(type)} is here.`, start);
  }
  return numberOf(reader, length, type === INTEGER, start);
}

/** {@link readNumber} of what fits in 53 bits, as times, tags and codes do. */
export function readSmall(reader: ByteReader, what: string): number | undefined {
  const value = readNumber(reader, what);
  return value === undefined ? undefined : Number(value);
}

export function numberOf(
  reader: ByteReader,
  length: number,
  isSigned: boolean,
  start: number,
): number | bigint {
  if (length < 1 || length > 8) {
    reader.fail('SML_LENGTH_INVALID', `A number has 1 to 8 octets, not ${length}.`, start);
  }
  const first = reader.u8();
  let value = isSigned && first > 127 ? first - 256 : first;
  if (length <= 6) {
    for (let octet = 1; octet < length; octet++) value = value * 256 + reader.u8();
    return value;
  }
  let wide = BigInt(value);
  for (let octet = 1; octet < length; octet++) wide = wide * 256n + BigInt(reader.u8());
  const narrow = Number(wide);
  return Number.isSafeInteger(narrow) ? narrow : wide;
}

const hex = (type: number) => type.toString(16).padStart(2, '0').toUpperCase();

/** A type-length field; the octets of the field itself count in the length, except in lists. */
export function writeHead(writer: ByteWriter, type: number, length: number): ByteWriter {
  let octets = 1;
  const total = () => (type === LIST ? length : length + octets);
  while (total() >= 16 ** octets) octets++;
  for (let octet = octets - 1; octet >= 0; octet--) {
    const nibble = Math.floor(total() / 16 ** octet) % 16;
    writer.u8((octet > 0 ? MORE : 0) | (octet === octets - 1 ? type : 0) | nibble);
  }
  return writer;
}

export function writeOctets(writer: ByteWriter, octets: Uint8Array | undefined): ByteWriter {
  return octets ? writeHead(writer, OCTET_STRING, octets.length).bytes(octets) : writer.u8(ABSENT);
}

/** A number in as few octets as hold it, or in `width` of them. */
export function writeNumber(
  writer: ByteWriter,
  type: typeof INTEGER | typeof UNSIGNED,
  value: number | bigint | undefined,
  width?: number,
): ByteWriter {
  if (value === undefined) return writer.u8(ABSENT);
  const wide = BigInt(value);
  const fits = (octets: number) =>
    (type === INTEGER ? BigInt.asIntN(octets * 8, wide) : BigInt.asUintN(octets * 8, wide)) === wide;
  let octets = width ?? 1;
  while (octets < 8 && !fits(octets)) octets++;
  if (!fits(octets)) fail('SML_NUMBER_INVALID', `${value} does not fit in eight octets of its type.`, 0);
  writeHead(writer, type, octets);
  for (let octet = octets - 1; octet >= 0; octet--) writer.u8(Number((wide >> BigInt(octet * 8)) & 0xffn));
  return writer;
}
