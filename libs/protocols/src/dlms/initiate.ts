import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readLength, writeOctets } from './axdr.ts';

/** xDLMS initiate (IEC 62056-5-3, InitiateRequest and InitiateResponse, tags 1 and 8): what both sides can do. */
export interface InitiateRequest {
  /** Key of this association alone, for dedicated ciphering. */
  readonly dedicatedKey?: Uint8Array;
  /** 24 bits, first bit of the standard's list highest; see {@link conformance}. */
  readonly conformance: number;
  /** Longest APDU that the client can take, octets; 0 for no limit. */
  readonly maximumPduSize: number;
}

export interface InitiateResponse {
  /** What both sides can do. */
  readonly conformance: number;
  readonly maximumPduSize: number;
}

/** Bits of the conformance block (IEC 62056-5-3, Conformance). */
export const conformance = {
  generalProtection: 1 << 22,
  generalBlockTransfer: 1 << 21,
  blockTransferWithGet: 1 << 12,
  blockTransferWithSet: 1 << 11,
  blockTransferWithAction: 1 << 10,
  multipleReferences: 1 << 9,
  dataNotification: 1 << 7,
  access: 1 << 6,
  get: 1 << 4,
  set: 1 << 3,
  selectiveAccess: 1 << 2,
  eventNotification: 1 << 1,
  action: 1 << 0,
} as const;

/** What both sides here speak; a client takes general block transfer besides. */
export const spokenServices =
  conformance.get |
  conformance.set |
  conformance.action |
  conformance.selectiveAccess |
  conformance.multipleReferences |
  conformance.blockTransferWithGet |
  conformance.blockTransferWithSet |
  conformance.blockTransferWithAction;

export const INITIATE_REQUEST = 0x01;
export const INITIATE_RESPONSE = 0x08;
const DLMS_VERSION = 6;
/** [APPLICATION 31], a BIT STRING of 24 bits, encoded in BER. */
const CONFORMANCE_HEAD = Uint8Array.of(0x5f, 0x1f, 0x04, 0x00);
/** Name of the variable access object, always 7 for logical names. */
const VAA_LOGICAL_NAME = 0x0007;

export function encodeInitiateRequest({
  dedicatedKey,
  conformance,
  maximumPduSize,
}: InitiateRequest): Uint8Array {
  const writer = new ByteWriter(32).u8(INITIATE_REQUEST);
  if (dedicatedKey) writeOctets(writer.u8(1), dedicatedKey);
  else writer.u8(0);
  writer.u8(0).u8(0).u8(DLMS_VERSION); // response allowed by default; no quality of service proposed
  writeConformance(writer, conformance);
  return writer.u16(maximumPduSize).finish();
}

/** Errors: `DLMS_APDU_UNEXPECTED`, `DLMS_INITIATE_INVALID`, `FRAME_TRUNCATED`. */
export function decodeInitiateRequest(apdu: Uint8Array): InitiateRequest | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    expectTag(reader, INITIATE_REQUEST);
    const dedicatedKey = reader.u8() === 0 ? undefined : reader.copy(readLength(reader));
    if (reader.u8() !== 0) reader.u8(); // response-allowed
    if (reader.u8() !== 0) reader.u8(); // quality of service
    readVersion(reader);
    return { dedicatedKey, conformance: readConformance(reader), maximumPduSize: reader.u16() };
  });
}

export function encodeInitiateResponse({ conformance, maximumPduSize }: InitiateResponse): Uint8Array {
  const writer = new ByteWriter(16).u8(INITIATE_RESPONSE).u8(0).u8(DLMS_VERSION);
  writeConformance(writer, conformance);
  return writer.u16(maximumPduSize).u16(VAA_LOGICAL_NAME).finish();
}

/** Errors as {@link decodeInitiateRequest}. */
export function decodeInitiateResponse(apdu: Uint8Array): InitiateResponse | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    expectTag(reader, INITIATE_RESPONSE);
    if (reader.u8() !== 0) reader.u8(); // quality of service
    readVersion(reader);
    return { conformance: readConformance(reader), maximumPduSize: reader.u16() };
  });
}

function expectTag(reader: ByteReader, expected: number): void {
  const tag = reader.u8();
  if (tag !== expected) {
    reader.fail(
      'DLMS_APDU_UNEXPECTED',
      `Tag ${tag} where ${expected} (initiate) was expected.`,
      reader.offset - 1,
    );
  }
}

function readVersion(reader: ByteReader): void {
  const version = reader.u8();
  if (version !== DLMS_VERSION) {
    reader.fail(
      'DLMS_INITIATE_INVALID',
      `DLMS version ${version} is not supported: use 6.`,
      reader.offset - 1,
    );
  }
}

function writeConformance(writer: ByteWriter, bits: number): void {
  writer
    .bytes(CONFORMANCE_HEAD)
    .u8(bits >> 16)
    .u16(bits & 0xffff);
}

/** Some meters leave 0x1F, the second octet of the tag, out. */
function readConformance(reader: ByteReader): number {
  const isHead =
    reader.u8() === 0x5f &&
    (reader.peek() !== 0x1f || reader.u8() === 0x1f) &&
    reader.u8() === 4 &&
    reader.u8() === 0;
  if (!isHead) reader.fail('DLMS_INITIATE_INVALID', 'The conformance block is not where it has to be.');
  return (reader.u8() << 16) | reader.u16();
}
