import type { ByteReader } from '../byte-reader.ts';
import {
  BOOLEAN,
  INTEGER,
  LIST,
  numberOf,
  OCTET_STRING,
  readHead,
  skipAbsent,
  skipElement,
  UNSIGNED,
} from './element.ts';
import { readTime, type SmlTime } from './time.ts';

/** SML_Value (SML 1.04, 5.1.17), whose type is that of the octets that come; `undefined` where it is left out. */
export type SmlValue = number | bigint | boolean | Uint8Array | { readonly time?: SmlTime } | undefined;

const LIST_TYPE_TIME = 1;

export function readValue(reader: ByteReader): SmlValue {
  if (skipAbsent(reader)) return undefined;
  const start = reader.offset;
  const { type, length } = readHead(reader);
  switch (type) {
    case OCTET_STRING:
      return reader.take(length);
    case BOOLEAN:
      return reader.take(length).some((octet) => octet !== 0);
    case INTEGER:
    case UNSIGNED:
      return numberOf(reader, length, type === INTEGER, start);
    case LIST:
      return readListType(reader, start, length);
    default:
      return reader.fail('SML_TYPE_UNEXPECTED', `There is no type ${type.toString(16)}.`, start);
  }
}

/** SML_ListType, a choice of which 1.04 knows the time; of anything else the octets are kept. */
function readListType(reader: ByteReader, start: number, length: number): SmlValue {
  const isTime = length === 2 && reader.peek() === (UNSIGNED | 2) && reader.peek(1) === LIST_TYPE_TIME;
  if (isTime) {
    reader.advance(2);
    return { time: readTime(reader) };
  }
  for (let index = 0; index < length; index++) skipElement(reader, 1);
  return reader.bytes.subarray(start, reader.offset);
}
