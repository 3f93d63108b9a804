import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, writeData, writeLength, writeOctets, type CosemData } from './axdr.ts';
import { readDataBlock, writeDataBlock, type DataBlock } from './data-block.ts';

/** What a server answers (IEC 62056-5-3, 7.3; tags 0xC4, 0xC5, 0xC7, and exception-response 0xD8). */
export type ServiceResponse =
  | (Answered & { readonly type: 'get'; readonly value: CosemData })
  | (Answered & { readonly type: 'get-refused'; readonly result: AccessResult })
  | (Answered & { readonly type: 'get-list'; readonly results: readonly ReadResult[] })
  /** A part of the octets of the value; `get-next` with the block's number asks for the one that follows. */
  | (Answered & DataBlock & { readonly type: 'get-block' })
  | (Answered & { readonly type: 'set'; readonly result: AccessResult })
  /** A block of the value to be set has come; the next may. */
  | (Answered & { readonly type: 'set-block' | 'action-next'; readonly blockNumber: number })
  | (Answered & {
      readonly type: 'set-last-block';
      readonly result: AccessResult;
      readonly blockNumber: number;
    })
  | (Answered & { readonly type: 'action'; readonly result: AccessResult; readonly value?: CosemData })
  | (Answered & DataBlock & { readonly type: 'action-block' })
  | ExceptionResponse;

/** Get-Data-Result. */
export type ReadResult = { readonly value: CosemData } | { readonly result: AccessResult };

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

const stateErrors: Readonly<Record<number, string>> = { 1: 'service not allowed', 2: 'service unknown' };
const serviceErrors: Readonly<Record<number, string>> = {
  1: 'operation not possible', 2: 'service not supported', 3: 'other reason', 4: 'PDU too long',
  5: 'deciphering error', 6: 'invocation counter error',
}; // prettier-ignore

export function exceptionText({ stateError, serviceError, invocationCounter }: ExceptionResponse): string {
  const state = stateErrors[stateError] ?? `state error ${stateError}`;
  const service = serviceErrors[serviceError] ?? `service error ${serviceError}`;
  const expected = invocationCounter === undefined ? '' : `; it expects a counter above ${invocationCounter}`;
  return `The meter did not take the request: ${state}, ${service}${expected}.`;
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
const GET_WITH_LIST = 3;
const SET_LAST_BLOCK = 3;
const ACTION_NEXT = 4;
const INVOCATION_COUNTER_ERROR = 6;

export function encodeServiceResponse(response: ServiceResponse): Uint8Array {
  const writer = new ByteWriter(128);
  if (response.type === 'exception') {
    writer.u8(EXCEPTION_RESPONSE).u8(response.stateError).u8(response.serviceError);
    if (response.serviceError === INVOCATION_COUNTER_ERROR) writer.u32(response.invocationCounter ?? 0);
    return writer.finish();
  }
  const begin = (tag: number, kind: number) => writer.u8(tag).u8(kind).u8(response.invoke);
  switch (response.type) {
    case 'get':
    case 'get-refused':
      writeReadResult(begin(GET, NORMAL), response);
      break;
    case 'get-list':
      begin(GET, GET_WITH_LIST).bytes(encodeReadResults(response.results));
      break;
    case 'get-block':
      begin(GET, WITH_BLOCK)
        .u8(response.isLast ? 1 : 0)
        .u32(response.blockNumber)
        .u8(0);
      writeOctets(writer, response.octets);
      break;
    case 'set':
      begin(SET, NORMAL).u8(resultCode(response.result));
      break;
    case 'set-block':
      begin(SET, WITH_BLOCK).u32(response.blockNumber);
      break;
    case 'set-last-block':
      begin(SET, SET_LAST_BLOCK).u8(resultCode(response.result)).u32(response.blockNumber);
      break;
    case 'action':
      begin(ACTION, NORMAL).bytes(encodeActionResult(response));
      break;
    case 'action-block':
      writeDataBlock(begin(ACTION, WITH_BLOCK), response);
      break;
    case 'action-next':
      begin(ACTION, ACTION_NEXT).u32(response.blockNumber);
  }
  return writer.finish();
}

function writeReadResult(writer: ByteWriter, result: ReadResult): void {
  if ('value' in result) writeData(writer.u8(0), result.value);
  else writer.u8(1).u8(resultCode(result.result));
}

/** The list of Get-Data-Result of an answer with list, which is also what its blocks join to. */
export function encodeReadResults(results: readonly ReadResult[]): Uint8Array {
  const writer = new ByteWriter(256);
  writeLength(writer, results.length);
  for (const result of results) writeReadResult(writer, result);
  return writer.finish();
}

/** What the blocks of an answer to a GET with list join to. Errors: those of A-XDR. */
export function decodeReadResults(octets: Uint8Array): ReadResult[] | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(octets);
    const results = readReadResults(reader);
    refuseRest(reader);
    return results;
  });
}

/** Result and return parameters of an action, which is also what the blocks of a long answer join to. */
export function encodeActionResult(action: { result: AccessResult; value?: CosemData }): Uint8Array {
  const writer = new ByteWriter(64).u8(resultCode(action.result));
  if (action.value) writeData(writer.u8(1).u8(0), action.value);
  else writer.u8(0);
  return writer.finish();
}

/** What the blocks of an answer to an ACTION join to. Errors: those of A-XDR. */
export function decodeActionResult(
  octets: Uint8Array,
): { result: AccessResult; value?: CosemData } | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(octets);
    const result = readActionResult(reader);
    refuseRest(reader);
    return result;
  });
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeServiceResponse(apdu: Uint8Array): ServiceResponse | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const response = readResponse(reader);
    refuseRest(reader);
    return response;
  });
}

function refuseRest(reader: ByteReader): void {
  if (reader.remaining > 0) {
    reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the answer: nothing may.`);
  }
}

function readResponse(reader: ByteReader): ServiceResponse {
  const tag = reader.u8();
  if (tag === EXCEPTION_RESPONSE) return readException(reader);
  const kind = reader.u8();
  const invoke = reader.u8();
  const response = readers[tag]?.[kind]?.(reader, invoke);
  return (
    response ??
    reader.fail('DLMS_APDU_UNSUPPORTED', `There is no answer with tag ${tag} and kind ${kind} here.`, 0)
  );
}

/** By tag and the octet after it. */
const readers: Readonly<
  Record<number, Readonly<Record<number, (reader: ByteReader, invoke: number) => ServiceResponse>>>
> = {
  [GET]: {
    [NORMAL]: (reader, invoke) => {
      const read = readReadResult(reader);
      return 'value' in read ? { type: 'get', invoke, ...read } : { type: 'get-refused', invoke, ...read };
    },
    [WITH_BLOCK]: readBlock,
    [GET_WITH_LIST]: (reader, invoke) => ({ type: 'get-list', invoke, results: readReadResults(reader) }),
  },
  [SET]: {
    [NORMAL]: (reader, invoke) => ({ type: 'set', invoke, result: resultName(reader.u8()) }),
    [WITH_BLOCK]: (reader, invoke) => ({ type: 'set-block', invoke, blockNumber: reader.u32() }),
    [SET_LAST_BLOCK]: (reader, invoke) => ({
      type: 'set-last-block',
      invoke,
      result: resultName(reader.u8()),
      blockNumber: reader.u32(),
    }),
  },
  [ACTION]: {
    [NORMAL]: (reader, invoke) => ({ type: 'action', invoke, ...readActionResult(reader) }),
    [WITH_BLOCK]: (reader, invoke) => ({ type: 'action-block', invoke, ...readDataBlock(reader) }),
    [ACTION_NEXT]: (reader, invoke) => ({ type: 'action-next', invoke, blockNumber: reader.u32() }),
  },
};

function readReadResult(reader: ByteReader): ReadResult {
  return reader.u8() === 0 ? { value: readData(reader) } : { result: resultName(reader.u8()) };
}

function readReadResults(reader: ByteReader): ReadResult[] {
  const count = readLength(reader);
  const results: ReadResult[] = [];
  for (let index = 0; index < count; index++) results.push(readReadResult(reader));
  return results;
}

/** DataBlock-G: a block, or why there is none. */
function readBlock(reader: ByteReader, invoke: number): ServiceResponse {
  const isLast = reader.u8() !== 0;
  const blockNumber = reader.u32();
  if (reader.u8() !== 0) return { type: 'get-refused', invoke, result: resultName(reader.u8()) };
  return { type: 'get-block', invoke, isLast, blockNumber, octets: reader.copy(readLength(reader)) };
}

/** Return parameters are optional, and are data or a Data-Access-Result. */
function readActionResult(reader: ByteReader): { result: AccessResult; value?: CosemData } {
  const result = resultName(reader.u8());
  const hasReturn = reader.remaining > 0 && reader.u8() !== 0;
  if (!hasReturn) return { result };
  if (reader.u8() === 0) return { result, value: readData(reader) };
  const returned = resultName(reader.u8());
  return { result: result === 'success' ? returned : result };
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
