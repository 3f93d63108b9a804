import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, writeData, writeOctets, type CosemData } from './axdr.ts';

/** What a server answers (IEC 62056-5-3, 7.3; tags 0xC4, 0xC5, 0xC7, and exception-response 0xD8). */
export type ServiceResponse =
  | (Answered & { readonly type: 'get'; readonly value: CosemData })
  | (Answered & { readonly type: 'get-refused'; readonly result: AccessResult })
  /** A part of the octets of the value; `get-next` with the block's number asks for the one that follows. */
  | (Answered & {
      readonly type: 'get-block';
      readonly blockNumber: number;
      readonly isLast: boolean;
      readonly octets: Uint8Array;
    })
  | (Answered & { readonly type: 'set'; readonly result: AccessResult })
  | (Answered & { readonly type: 'action'; readonly result: AccessResult; readonly value?: CosemData })
  | ExceptionResponse;

interface Answered {
  /** Invoke-Id-And-Priority of the request. */
  readonly invoke: number;
}

/** The server could not take the request at all. */
export interface ExceptionResponse {
  readonly type: 'exception';
  /** 1 service not allowed, 2 service unknown. */
  readonly stateError: number;
  /** 1 operation not possible, 2 not supported, 3 other, 4 PDU too long, 5 deciphering error, 6 invocation counter error. */
  readonly serviceError: number;
  /** The counter that the server expects, with service error 6. */
  readonly invocationCounter?: number;
}

/** Data-Access-Result and Action-Result, which number alike. */
const accessResults = {
  0: 'success',
  1: 'hardware-fault',
  2: 'temporary-failure',
  3: 'read-write-denied',
  4: 'object-undefined',
  9: 'object-class-inconsistent',
  11: 'object-unavailable',
  12: 'type-unmatched',
  13: 'scope-of-access-violated',
  14: 'data-block-unavailable',
  15: 'long-get-aborted',
  16: 'no-long-get-in-progress',
  17: 'long-set-aborted',
  18: 'no-long-set-in-progress',
  19: 'data-block-number-invalid',
  250: 'other-reason',
} as const;
export type AccessResult = (typeof accessResults)[keyof typeof accessResults] | `code-${number}`;

const GET = 0xc4;
const SET = 0xc5;
const ACTION = 0xc7;
export const EXCEPTION_RESPONSE = 0xd8;
const NORMAL = 1;
const WITH_BLOCK = 2;
const INVOCATION_COUNTER_ERROR = 6;

export function encodeServiceResponse(response: ServiceResponse): Uint8Array {
  const writer = new ByteWriter(128);
  switch (response.type) {
    case 'get':
      writeData(writer.u8(GET).u8(NORMAL).u8(response.invoke).u8(0), response.value);
      break;
    case 'get-refused':
      writer.u8(GET).u8(NORMAL).u8(response.invoke).u8(1).u8(resultCode(response.result));
      break;
    case 'get-block':
      writer
        .u8(GET)
        .u8(WITH_BLOCK)
        .u8(response.invoke)
        .u8(response.isLast ? 1 : 0)
        .u32(response.blockNumber)
        .u8(0);
      writeOctets(writer, response.octets);
      break;
    case 'set':
      writer.u8(SET).u8(NORMAL).u8(response.invoke).u8(resultCode(response.result));
      break;
    case 'action':
      writer.u8(ACTION).u8(NORMAL).u8(response.invoke).u8(resultCode(response.result));
      if (response.value) writeData(writer.u8(1).u8(0), response.value);
      else writer.u8(0);
      break;
    case 'exception':
      writer.u8(EXCEPTION_RESPONSE).u8(response.stateError).u8(response.serviceError);
      if (response.serviceError === INVOCATION_COUNTER_ERROR) writer.u32(response.invocationCounter ?? 0);
  }
  return writer.finish();
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeServiceResponse(apdu: Uint8Array): ServiceResponse | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const response = readResponse(reader);
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the answer: nothing may.`);
    }
    return response;
  });
}

function readResponse(reader: ByteReader): ServiceResponse {
  const tag = reader.u8();
  if (tag === EXCEPTION_RESPONSE) return readException(reader);
  const kind = reader.u8();
  const invoke = reader.u8();
  if (tag === GET && kind === NORMAL) {
    return reader.u8() === 0
      ? { type: 'get', invoke, value: readData(reader) }
      : { type: 'get-refused', invoke, result: resultName(reader.u8()) };
  }
  if (tag === GET && kind === WITH_BLOCK) return readBlock(reader, invoke);
  if (tag === SET && kind === NORMAL) return { type: 'set', invoke, result: resultName(reader.u8()) };
  if (tag === ACTION && kind === NORMAL) return readAction(reader, invoke);
  return reader.fail('DLMS_APDU_UNSUPPORTED', `There is no answer with tag ${tag} and kind ${kind} here.`, 0);
}

function readBlock(reader: ByteReader, invoke: number): ServiceResponse {
  const isLast = reader.u8() !== 0;
  const blockNumber = reader.u32();
  if (reader.u8() !== 0) return { type: 'get-refused', invoke, result: resultName(reader.u8()) };
  return { type: 'get-block', invoke, isLast, blockNumber, octets: reader.copy(readLength(reader)) };
}

/** Return parameters are optional, and are data or a Data-Access-Result. */
function readAction(reader: ByteReader, invoke: number): ServiceResponse {
  const result = resultName(reader.u8());
  const hasReturn = reader.remaining > 0 && reader.u8() !== 0;
  if (!hasReturn) return { type: 'action', invoke, result };
  if (reader.u8() === 0) return { type: 'action', invoke, result, value: readData(reader) };
  const returned = resultName(reader.u8());
  return { type: 'action', invoke, result: result === 'success' ? returned : result };
}

function readException(reader: ByteReader): ExceptionResponse {
  const stateError = reader.u8();
  const serviceError = reader.u8();
  const invocationCounter = serviceError === INVOCATION_COUNTER_ERROR ? reader.u32() : undefined;
  return { type: 'exception', stateError, serviceError, invocationCounter };
}

const resultName = (code: number): AccessResult =>
  accessResults[code as keyof typeof accessResults] ?? `code-${code}`;

function resultCode(result: AccessResult): number {
  const known = Object.entries(accessResults).find(([, name]) => name === result);
  return Number(known?.[0] ?? result.replace('code-', ''));
}
