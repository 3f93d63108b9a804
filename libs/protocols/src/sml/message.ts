import { ByteReader } from '../byte-reader.ts';
import { isChecksumOf } from './check.ts';
import { readList, readNumber, readOctets, readSmall, skipAbsent, skipElement } from './element.ts';
import { readTime, type SmlTime } from './time.ts';
import { readValue, type SmlValue } from './value.ts';

/** Message bodies (SML 1.04, 5.1): those that are read. */
export const OPEN_RESPONSE = 0x0101;
export const CLOSE_RESPONSE = 0x0201;
export const GET_LIST_RESPONSE = 0x0701;

export interface SmlMessage {
  readonly tag: number;
  /** In the bodies that are read. */
  readonly serverId?: Uint8Array;
  /** Of a GetListResponse. */
  readonly sensorTime?: SmlTime;
  readonly entries: readonly SmlEntry[];
}

/** SML_ListEntry (SML 1.04, 5.1.15). */
export interface SmlEntry {
  readonly name: Uint8Array;
  readonly status?: number | bigint;
  readonly time?: SmlTime;
  readonly unit?: number;
  readonly scaler: number;
  readonly value: SmlValue;
}

const MESSAGE_ELEMENTS = 6;
const LIST_ELEMENTS = 7;
const ENTRY_ELEMENTS = 7;

/**
 * All messages of a frame (or of a stream without transport). Fails with `SML_MESSAGE_CRC_MISMATCH`,
 * `SML_ELEMENT_COUNT_UNEXPECTED`, `SML_END_OF_MESSAGE_MISSING`, `SML_TYPE_UNEXPECTED`, `SML_LENGTH_INVALID`,
 * `SML_TOO_DEEP`, `FRAME_TRUNCATED`.
 */
export function readMessages(octets: Uint8Array): SmlMessage[] {
  const reader = new ByteReader(octets);
  const messages: SmlMessage[] = [];
  for (;;) {
    // Meters pad with zeros beyond what they announce.
    while (reader.peek() === 0) reader.offset++;
    if (reader.remaining === 0) return messages;
    messages.push(readMessage(reader));
  }
}

function readMessage(reader: ByteReader): SmlMessage {
  const start = reader.offset;
  expectCount(reader, MESSAGE_ELEMENTS, 'A message', start);
  readOctets(reader, 'A transaction id');
  readNumber(reader, 'A group number');
  readNumber(reader, 'Abort on error');
  const bodyStart = reader.offset;
  expectCount(reader, 2, 'A message body', bodyStart);
  const tag = readSmall(reader, 'The tag of a message body') ?? 0;
  const message = readBody(reader, tag);
  const end = reader.offset;
  const sent = readSmall(reader, 'A checksum');
  if (sent === undefined || !isChecksumOf(reader.bytes.subarray(start, end), sent)) {
    reader.fail(
      'SML_MESSAGE_CRC_MISMATCH',
      'The checksum is not that of the message: it was changed on the way.',
      end,
    );
  }
  if (reader.u8() !== 0) {
    reader.fail('SML_END_OF_MESSAGE_MISSING', 'A message ends with 00.', reader.offset - 1);
  }
  return message;
}

function readBody(reader: ByteReader, tag: number): SmlMessage {
  if (tag === GET_LIST_RESPONSE) return readListResponse(reader, tag);
  if (tag !== OPEN_RESPONSE) {
    skipElement(reader);
    return { tag, entries: [] };
  }
  const count = readList(reader, 'An open response');
  let serverId: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    if (index === 3) serverId = readOctets(reader, 'A server id');
    else skipElement(reader);
  }
  return { tag, serverId, entries: [] };
}

/** client id, server id, list name, sensor time, entries, signature, gateway time (SML 1.04, 5.1.14). */
function readListResponse(reader: ByteReader, tag: number): SmlMessage {
  expectCount(reader, LIST_ELEMENTS, 'A list response', reader.offset);
  readOctets(reader, 'A client id');
  const serverId = readOctets(reader, 'A server id');
  readOctets(reader, 'The name of a list');
  const sensorTime = readTime(reader);
  const count = skipAbsent(reader) ? 0 : readList(reader, 'The list of values');
  const entries: SmlEntry[] = [];
  for (let index = 0; index < count; index++) entries.push(readEntry(reader));
  skipElement(reader);
  skipElement(reader);
  return { tag, serverId, sensorTime, entries };
}

function readEntry(reader: ByteReader): SmlEntry {
  expectCount(reader, ENTRY_ELEMENTS, 'A list entry', reader.offset);
  const name = readOctets(reader, 'The name of a value') ?? new Uint8Array();
  const status = readNumber(reader, 'A status');
  const time = readTime(reader);
  const unit = readSmall(reader, 'A unit');
  const scaler = readSmall(reader, 'A scaler') ?? 0;
  const value = readValue(reader);
  skipElement(reader);
  return { name, status, time, unit, scaler, value };
}

function expectCount(reader: ByteReader, expected: number, what: string, start: number): void {
  const count = readList(reader, what);
  if (count !== expected) {
    reader.fail('SML_ELEMENT_COUNT_UNEXPECTED', `${what} has ${expected} elements, not ${count}.`, start);
  }
}
