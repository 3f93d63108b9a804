import { ByteWriter } from '../byte-writer.ts';
import { smlChecksum } from './check.ts';
import { ABSENT, BOOLEAN, INTEGER, LIST, UNSIGNED, writeHead, writeNumber, writeOctets } from './element.ts';
import { CLOSE_RESPONSE, GET_LIST_RESPONSE, OPEN_RESPONSE } from './message.ts';
import { encodeTransport } from './transport.ts';

/** An entry as a meter sends it; a value is raw × 10^scaler in the unit. */
export interface SmlReading {
  /** Octets of the OBIS code. */
  readonly name: Uint8Array;
  readonly status?: number;
  /** COSEM unit code (IEC 62056-6-2, 4.3.2). */
  readonly unit?: number;
  readonly scaler?: number;
  /** Numbers are signed where they are negative; octets and booleans as they are. */
  readonly value: number | bigint | boolean | Uint8Array;
  /** Octets of the number; as few as hold it where absent. */
  readonly width?: number;
  /** Seconds since 1970. */
  readonly time?: number;
}

export interface SmlListFrame {
  readonly serverId: Uint8Array;
  /** Counts the messages; a frame takes three. */
  readonly transaction: number;
  readonly secondsIndex?: number;
  /** Seconds since 1970, of meters that have a clock. */
  readonly timestamp?: number;
  readonly readings: readonly SmlReading[];
}

/** A frame as basic meters push it: open, list of values, close (SML 1.04, 5.1.2, 5.1.14, 5.1.3). */
export function encodeSmlFrame(frame: SmlListFrame): Uint8Array {
  const { serverId, transaction } = frame;
  const messages = new ByteWriter(512)
    .bytes(message(transaction, OPEN_RESPONSE, openBody(serverId, transaction)))
    .bytes(message(transaction + 1, GET_LIST_RESPONSE, listBody(frame)))
    .bytes(message(transaction + 2, CLOSE_RESPONSE, Uint8Array.of(LIST | 1, ABSENT)));
  return encodeTransport(messages.finish());
}

function message(transaction: number, tag: number, body: Uint8Array): Uint8Array {
  const id = new ByteWriter(4).u32(transaction).finish();
  const writer = writeOctets(writeHead(new ByteWriter(), LIST, 6), id);
  writeNumber(writer, UNSIGNED, 0);
  writeNumber(writer, UNSIGNED, 0);
  writeNumber(writeHead(writer, LIST, 2), UNSIGNED, tag, 2);
  writer.bytes(body);
  const check = smlChecksum(writer.finish());
  return writeNumber(writer, UNSIGNED, check, 2).u8(0).finish();
}

function openBody(serverId: Uint8Array, transaction: number): Uint8Array {
  const fileId = new ByteWriter(4).u32(transaction).finish();
  const writer = writeHead(new ByteWriter(), LIST, 6).u8(ABSENT).u8(ABSENT);
  return writeOctets(writeOctets(writer, fileId), serverId).u8(ABSENT).u8(ABSENT).finish();
}

const LIST_NAME = Uint8Array.of(1, 0, 98, 10, 255, 255);
const SECONDS_INDEX = 1;
const TIMESTAMP = 2;

function listBody({ serverId, secondsIndex, timestamp, readings }: SmlListFrame): Uint8Array {
  const writer = writeHead(new ByteWriter(), LIST, 7).u8(ABSENT);
  writeOctets(writeOctets(writer, serverId), LIST_NAME);
  if (timestamp === undefined) writeTime(writer, SECONDS_INDEX, secondsIndex);
  else writeTime(writer, TIMESTAMP, timestamp);
  writeHead(writer, LIST, readings.length);
  for (const reading of readings) writeEntry(writer, reading);
  return writer.u8(ABSENT).u8(ABSENT).finish();
}

function writeTime(writer: ByteWriter, choice: number, seconds: number | undefined): void {
  if (seconds === undefined) {
    writer.u8(ABSENT);
    return;
  }
  writeNumber(writeHead(writer, LIST, 2), UNSIGNED, choice);
  writeNumber(writer, UNSIGNED, seconds, 4);
}

function writeEntry(
  writer: ByteWriter,
  { name, status, time, unit, scaler, value, width }: SmlReading,
): void {
  writeOctets(writeHead(writer, LIST, 7), name);
  writeNumber(writer, UNSIGNED, status);
  writeTime(writer, TIMESTAMP, time);
  writeNumber(writer, UNSIGNED, unit);
  writeNumber(writer, INTEGER, scaler);
  if (typeof value === 'boolean') writeHead(writer, BOOLEAN, 1).u8(value ? 1 : 0);
  else if (value instanceof Uint8Array) writeOctets(writer, value);
  else writeNumber(writer, value < 0 ? INTEGER : UNSIGNED, value, width);
  writer.u8(ABSENT);
}
