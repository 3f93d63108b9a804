import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readCompactArray } from './compact-array.ts';

/**
 * COSEM data in A-XDR (IEC 61334-6; the `Data` type of IEC 62056-5-3 with the tags of IEC 62056-6-2, 4.1.5).
 */
export type CosemData =
  | { readonly type: 'null-data' }
  | { readonly type: 'dont-care' }
  | { readonly type: 'array' | 'structure' | 'compact-array'; readonly value: readonly CosemData[] }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** The bits as text, first bit first. */
  | { readonly type: 'bit-string'; readonly value: string }
  | { readonly type: NumberType; readonly value: number }
  | { readonly type: 'long64' | 'long64-unsigned'; readonly value: bigint }
  | { readonly type: OctetType; readonly value: Uint8Array }
  | { readonly type: 'visible-string' | 'utf8-string'; readonly value: string };

export type NumberType =
  | 'integer' | 'long' | 'double-long' | 'unsigned' | 'long-unsigned' | 'double-long-unsigned'
  | 'enum' | 'bcd' | 'float32' | 'float64'
  | 'delta-integer' | 'delta-long' | 'delta-double-long'
  | 'delta-unsigned' | 'delta-long-unsigned' | 'delta-double-long-unsigned'; // prettier-ignore

export type OctetType = 'octet-string' | 'date-time' | 'date' | 'time';

export const tags = {
  'null-data': 0, array: 1, structure: 2, boolean: 3, 'bit-string': 4, 'double-long': 5, 'double-long-unsigned': 6,
  'octet-string': 9, 'visible-string': 10, 'utf8-string': 12, bcd: 13, integer: 15, long: 16, unsigned: 17,
  'long-unsigned': 18, 'compact-array': 19, long64: 20, 'long64-unsigned': 21, enum: 22, float32: 23, float64: 24,
  'date-time': 25, date: 26, time: 27, 'delta-integer': 28, 'delta-long': 29, 'delta-double-long': 30,
  'delta-unsigned': 31, 'delta-long-unsigned': 32, 'delta-double-long-unsigned': 33, 'dont-care': 255,
} as const satisfies Record<CosemData['type'], number>; // prettier-ignore

/** Deeper than any standard object nests; a bound so that a hostile frame cannot exhaust the stack. */
export const MAX_DEPTH = 16;
/** Elements in one APDU, however they are packed; a day of one-minute rows with ten channels is 15,840. */
export const MAX_ELEMENTS = 262_144;

/** How much a decode may still grow: shared by everything inside one APDU. */
export interface Budget {
  elements: number;
}

const NULL: CosemData = { type: 'null-data' };
const DONT_CARE: CosemData = { type: 'dont-care' };

/** One value that fills `bytes` to the end. Errors: `FRAME_TRUNCATED`, `DLMS_UNKNOWN_TAG`, `DLMS_NESTED_TOO_DEEP`, `DLMS_TOO_MANY_ELEMENTS`, `DLMS_TRAILING_BYTES`. */
export function decodeData(bytes: Uint8Array): CosemData | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(bytes);
    const data = readData(reader);
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the value: nothing may.`);
    }
    return data;
  });
}

/** One tagged value at the reader. Fails with a DecodeError; see {@link decodeData} for the value form. */
export function readData(
  reader: ByteReader,
  depth = 0,
  budget: Budget = { elements: MAX_ELEMENTS },
): CosemData {
  return readUntagged(reader, reader.u8(), depth, budget);
}

/** The contents of a value whose tag is known: after its own tag, or inside a compact array. */
export function readUntagged(reader: ByteReader, tag: number, depth: number, budget: Budget): CosemData {
  spend(reader, budget, 1);
  switch (tag) {
    case 0:
      return NULL;
    case 1:
    case 2:
      return { type: tag === 1 ? 'array' : 'structure', value: readElements(reader, depth, budget) };
    case 3:
      return { type: 'boolean', value: reader.u8() !== 0 };
    case 4:
      return { type: 'bit-string', value: readBits(reader) };
    case 5:
      return { type: 'double-long', value: reader.i32() };
    case 6:
      return { type: 'double-long-unsigned', value: reader.u32() };
    case 9:
      return { type: 'octet-string', value: reader.take(readLength(reader)) };
    case 10:
      return {
        type: 'visible-string',
        value: Buffer.from(reader.take(readLength(reader))).toString('latin1'),
      };
    case 12:
      return { type: 'utf8-string', value: Buffer.from(reader.take(readLength(reader))).toString('utf8') };
    case 13:
      return { type: 'bcd', value: reader.u8() };
    case 15:
      return { type: 'integer', value: reader.i8() };
    case 16:
      return { type: 'long', value: reader.i16() };
    case 17:
      return { type: 'unsigned', value: reader.u8() };
    case 18:
      return { type: 'long-unsigned', value: reader.u16() };
    case 19:
      return { type: 'compact-array', value: readCompactArray(reader, depth + 1, budget) };
    case 20:
      return { type: 'long64', value: reader.i64() };
    case 21:
      return { type: 'long64-unsigned', value: reader.u64() };
    case 22:
      return { type: 'enum', value: reader.u8() };
    case 23:
      return { type: 'float32', value: reader.f32() };
    case 24:
      return { type: 'float64', value: reader.f64() };
    case 25:
      return { type: 'date-time', value: reader.take(12) };
    case 26:
      return { type: 'date', value: reader.take(5) };
    case 27:
      return { type: 'time', value: reader.take(4) };
    case 28:
      return { type: 'delta-integer', value: reader.i8() };
    case 29:
      return { type: 'delta-long', value: reader.i16() };
    case 30:
      return { type: 'delta-double-long', value: reader.i32() };
    case 31:
      return { type: 'delta-unsigned', value: reader.u8() };
    case 32:
      return { type: 'delta-long-unsigned', value: reader.u16() };
    case 33:
      return { type: 'delta-double-long-unsigned', value: reader.u32() };
    case 255:
      return DONT_CARE;
    default:
      return reader.fail('DLMS_UNKNOWN_TAG', `${tag} is no tag of COSEM data.`, reader.offset - 1);
  }
}

/** Takes `count` elements from the budget, before anything is allocated for them. */
export function spend(reader: ByteReader, budget: Budget, count: number): void {
  budget.elements -= count;
  if (budget.elements < 0) {
    reader.fail(
      'DLMS_TOO_MANY_ELEMENTS',
      `More than ${MAX_ELEMENTS} elements in one APDU: send fewer rows at once.`,
    );
  }
}

export function checkDepth(reader: ByteReader, depth: number): void {
  if (depth >= MAX_DEPTH) {
    reader.fail('DLMS_NESTED_TOO_DEEP', `Structures are nested deeper than ${MAX_DEPTH}.`);
  }
}

function readElements(reader: ByteReader, depth: number, budget: Budget): CosemData[] {
  checkDepth(reader, depth);
  const count = readLength(reader);
  if (count > reader.remaining) {
    reader.fail(
      'FRAME_TRUNCATED',
      `${count} elements are announced but only ${reader.remaining} octets are left.`,
    );
  }
  const elements: CosemData[] = [];
  for (let index = 0; index < count; index++) elements.push(readData(reader, depth + 1, budget));
  return elements;
}

/** IEC 61334-6, length: one octet below 128, else 0x80 + the number of octets that hold it (at most four here). */
export function readLength(reader: ByteReader): number {
  const first = reader.u8();
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) {
    reader.fail(
      'DLMS_LENGTH_INVALID',
      `A length of ${octets} octets is not allowed here.`,
      reader.offset - 1,
    );
  }
  let length = 0;
  for (let index = 0; index < octets; index++) length = length * 256 + reader.u8();
  return length;
}

function readBits(reader: ByteReader): string {
  const count = readLength(reader);
  const octets = reader.take(Math.ceil(count / 8));
  let bits = '';
  for (const octet of octets) bits += octet.toString(2).padStart(8, '0');
  return bits.slice(0, count);
}

/** The octets of a value. A compact array is written as the array it stands for. */
export function encodeData(data: CosemData): Uint8Array {
  const writer = new ByteWriter();
  writeData(writer, data);
  return writer.finish();
}

export function writeData(writer: ByteWriter, data: CosemData): void {
  writer.u8(data.type === 'compact-array' ? tags.array : tags[data.type]);
  switch (data.type) {
    case 'null-data':
    case 'dont-care':
      return;
    case 'array':
    case 'structure':
    case 'compact-array':
      writeLength(writer, data.value.length);
      for (const element of data.value) writeData(writer, element);
      return;
    case 'boolean':
      writer.u8(data.value ? 1 : 0);
      return;
    case 'bit-string':
      writeLength(writer, data.value.length);
      for (let at = 0; at < data.value.length; at += 8) {
        writer.u8(Number.parseInt(data.value.slice(at, at + 8).padEnd(8, '0'), 2));
      }
      return;
    case 'integer':
    case 'unsigned':
    case 'enum':
    case 'bcd':
    case 'delta-integer':
    case 'delta-unsigned':
      writer.u8(data.value);
      return;
    case 'long':
    case 'long-unsigned':
    case 'delta-long':
    case 'delta-long-unsigned':
      writer.u16(data.value);
      return;
    case 'double-long':
    case 'double-long-unsigned':
    case 'delta-double-long':
    case 'delta-double-long-unsigned':
      writer.u32(data.value);
      return;
    case 'long64':
    case 'long64-unsigned':
      writer.u64(data.value);
      return;
    case 'float32':
      writer.f32(data.value);
      return;
    case 'float64':
      writer.f64(data.value);
      return;
    case 'octet-string':
      writeOctets(writer, data.value);
      return;
    case 'date-time':
    case 'date':
    case 'time':
      writer.bytes(data.value);
      return;
    case 'visible-string':
      writeOctets(writer, Buffer.from(data.value, 'latin1'));
      return;
    case 'utf8-string':
      writeOctets(writer, Buffer.from(data.value, 'utf8'));
  }
}

export function writeLength(writer: ByteWriter, length: number): void {
  if (length < 0x80) writer.u8(length);
  else if (length < 0x100) writer.u8(0x81).u8(length);
  else if (length < 0x10000) writer.u8(0x82).u16(length);
  else writer.u8(0x84).u32(length);
}

/** An octet string without its tag: the length, then the octets. */
export function writeOctets(writer: ByteWriter, octets: Uint8Array): void {
  writeLength(writer, octets.length);
  writer.bytes(octets);
}
