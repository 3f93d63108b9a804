import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, writeData, writeOctets, type CosemData } from './axdr.ts';
import { DATE_TIME_OCTETS, dateTimeAt, type CosemDateTime } from './date-time.ts';
import { readUntaggedDescriptorList } from './untagged-descriptor-list.ts';

/** data-notification and its confirm (IEC 62056-5-3, DataNotification, tags 15 and 16). */
export interface DataNotification {
  readonly invokeId: LongInvokeId;
  readonly time?: CosemDateTime;
  readonly body: CosemData;
}

/** Long-Invoke-Id-And-Priority: the invoke id in bits 0–23 and four flags above it. */
export interface LongInvokeId {
  readonly id: number;
  /** Bit 30, service class: the sender waits for a data-notification-confirm. */
  readonly confirmed: boolean;
  /** Bit 31. */
  readonly highPriority: boolean;
}

export const DATA_NOTIFICATION = 0x0f;
export const DATA_NOTIFICATION_CONFIRM = 0x10;

const CONFIRMED = 0x4000_0000;
const HIGH_PRIORITY = 0x8000_0000;

export function decodeDataNotification(apdu: Uint8Array): DataNotification | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const head = readHead(reader);
    return { ...head, body: readBody(reader) };
  });
}

/** What stands before the body, and where the body begins. */
export function decodeNotificationHead(
  apdu: Uint8Array,
): (Omit<DataNotification, 'body'> & { readonly bodyAt: number }) | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const { invokeId, time } = readHead(reader);
    return { invokeId, time, bodyAt: reader.offset };
  });
}

function readHead(reader: ByteReader): Omit<DataNotification, 'body'> {
  readTag(reader, DATA_NOTIFICATION);
  return { invokeId: parseInvokeId(reader.u32()), time: readTime(reader) };
}

export function encodeDataNotification(notification: {
  invokeId: LongInvokeId;
  time?: Uint8Array;
  body: CosemData;
}): Uint8Array {
  const writer = new ByteWriter(1024).u8(DATA_NOTIFICATION).u32(invokeIdOctets(notification.invokeId));
  writeOctets(writer, notification.time ?? new Uint8Array(0));
  writeData(writer, notification.body);
  return writer.finish();
}

/** The answer that a confirmed data-notification waits for: the same invoke id, no date-time. */
export function encodeDataNotificationConfirm(invokeId: LongInvokeId): Uint8Array {
  return new ByteWriter(6).u8(DATA_NOTIFICATION_CONFIRM).u32(invokeIdOctets(invokeId)).u8(0).finish();
}

export function decodeDataNotificationConfirm(
  apdu: Uint8Array,
): { invokeId: LongInvokeId; time?: CosemDateTime } | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    readTag(reader, DATA_NOTIFICATION_CONFIRM);
    const invokeId = parseInvokeId(reader.u32());
    return { invokeId, time: reader.remaining > 0 ? readTime(reader) : undefined };
  });
}

function readTag(reader: ByteReader, expected: number): void {
  const tag = reader.u8();
  if (tag !== expected) {
    reader.fail('DLMS_APDU_UNEXPECTED', `Tag ${tag} where ${expected} was expected.`, reader.offset - 1);
  }
}

function parseInvokeId(octets: number): LongInvokeId {
  return {
    id: octets & 0xff_ffff,
    confirmed: (octets & CONFIRMED) !== 0,
    highPriority: (octets & HIGH_PRIORITY) !== 0,
  };
}

function invokeIdOctets({ id, confirmed, highPriority }: LongInvokeId): number {
  return ((id & 0xff_ffff) | (confirmed ? CONFIRMED : 0) | (highPriority ? HIGH_PRIORITY : 0)) >>> 0;
}

/** OCTET STRING of 0 or 12 octets. Some meters give it a tag (0x09) that the type does not have. */
function readTime(reader: ByteReader): CosemDateTime | undefined {
  if (reader.peek() === 0x09 && reader.peek(1) === DATE_TIME_OCTETS) reader.advance(1);
  const length = reader.u8();
  if (length === 0) return undefined;
  if (length !== DATE_TIME_OCTETS) {
    reader.fail('DLMS_DATE_TIME_INVALID', `A date-time has 12 octets, not ${length}.`, reader.offset - 1);
  }
  return dateTimeAt(reader.bytes, reader.advance(length));
}

/** Plain COSEM data; where that does not fit the octets, the list with untagged descriptors that some meters send. */
function readBody(reader: ByteReader): CosemData {
  const start = reader.offset;
  const plain = attempt(() => {
    const body = readData(reader);
    if (reader.remaining > 0) {
      reader.fail(
        'DLMS_TRAILING_BYTES',
        `${reader.remaining} octets follow the notification body: nothing may.`,
      );
    }
    return { body };
  });
  if ('body' in plain) return plain.body;
  reader.offset = start;
  const described = attempt(() => readUntaggedDescriptorList(reader));
  if (described && 'type' in described) return described;
  return reader.fail(plain.code, plain.message, plain.offset);
}
