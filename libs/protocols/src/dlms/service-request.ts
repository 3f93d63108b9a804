import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, writeData, writeLength, type CosemData } from './axdr.ts';
import { readDataBlock, writeDataBlock, type DataBlock } from './data-block.ts';
import { formatObis, obisOctets } from './obis.ts';

/** What a client asks of objects: GET, SET, ACTION of logical names (IEC 62056-5-3, 7.3; tags 0xC0, 0xC1, 0xC3). */
export type ServiceRequest =
  | (Invoked & AttributeAccess & { readonly type: 'get' })
  | (Invoked & { readonly type: 'get-list'; readonly attributes: readonly AttributeAccess[] })
  /** The block after `blockNumber` of an answer that did not fit in one APDU. */
  | (Invoked & { readonly type: 'get-next' | 'action-next'; readonly blockNumber: number })
  | (Invoked & AttributeAccess & { readonly type: 'set'; readonly value: CosemData })
  | (Invoked & AttributeAccess & { readonly type: 'set-first-block'; readonly block: DataBlock })
  | (Invoked & { readonly type: 'set-block' | 'action-block'; readonly block: DataBlock })
  | (Invoked & {
      readonly type: 'action';
      readonly target: MethodReference;
      readonly parameters?: CosemData;
    })
  | (Invoked & {
      readonly type: 'action-first-block';
      readonly target: MethodReference;
      readonly block: DataBlock;
    });

interface Invoked {
  /** Invoke-Id-And-Priority as it stands on the wire, which the answer repeats; see {@link invokeIdAndPriority}. */
  readonly invoke: number;
}

export interface AttributeAccess {
  readonly target: AttributeReference;
  readonly access?: SelectiveAccess;
}

export interface AttributeReference {
  readonly classId: number;
  readonly obis: string;
  readonly attribute: number;
}

export interface MethodReference {
  readonly classId: number;
  readonly obis: string;
  readonly method: number;
}

export interface SelectiveAccess {
  /** 1 by range, 2 by entry (profile generic, IEC 62056-6-2, 4.3.6); see `selective-access.ts`. */
  readonly selector: number;
  readonly parameters: CosemData;
}

export const serviceTags = { get: 0xc0, set: 0xc1, action: 0xc3 } as const;
const { get: GET, set: SET, action: ACTION } = serviceTags;
/** The octet after the tag; GET and ACTION call for the next block with the same number. */
const NORMAL = 1;
const NEXT = 2;
const GET_WITH_LIST = 3;
const SET_FIRST_BLOCK = 2;
const SET_BLOCK = 3;
const ACTION_FIRST_BLOCK = 4;
const ACTION_BLOCK = 6;

/** Confirmed, of high priority, with an id of 4 bits. */
export const invokeIdAndPriority = (id: number): number => 0xc0 | (id & 0x0f);

export function encodeServiceRequest(request: ServiceRequest): Uint8Array {
  const writer = new ByteWriter(64);
  const begin = (tag: number, kind: number) => writer.u8(tag).u8(kind).u8(request.invoke);
  switch (request.type) {
    case 'get':
      writeAttribute(begin(GET, NORMAL), request);
      break;
    case 'get-list':
      writeLength(begin(GET, GET_WITH_LIST), request.attributes.length);
      for (const attribute of request.attributes) writeAttribute(writer, attribute);
      break;
    case 'get-next':
      begin(GET, NEXT).u32(request.blockNumber);
      break;
    case 'set':
      writeAttribute(begin(SET, NORMAL), request);
      writeData(writer, request.value);
      break;
    case 'set-first-block':
      writeAttribute(begin(SET, SET_FIRST_BLOCK), request);
      writeDataBlock(writer, request.block);
      break;
    case 'set-block':
      writeDataBlock(begin(SET, SET_BLOCK), request.block);
      break;
    case 'action':
      writeReference(begin(ACTION, NORMAL), request.target, request.target.method);
      if (request.parameters) writeData(writer.u8(1), request.parameters);
      else writer.u8(0);
      break;
    case 'action-first-block':
      writeReference(begin(ACTION, ACTION_FIRST_BLOCK), request.target, request.target.method);
      writeDataBlock(writer, request.block);
      break;
    case 'action-block':
      writeDataBlock(begin(ACTION, ACTION_BLOCK), request.block);
      break;
    case 'action-next':
      begin(ACTION, NEXT).u32(request.blockNumber);
  }
  return writer.finish();
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeServiceRequest(apdu: Uint8Array): ServiceRequest | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const tag = reader.u8();
    const kind = reader.u8();
    const invoke = reader.u8();
    const request =
      readers[tag]?.[kind]?.(reader, invoke) ??
      reader.fail('DLMS_APDU_UNSUPPORTED', `There is no request with tag ${tag} and kind ${kind} here.`, 0);
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the request: nothing may.`);
    }
    return request;
  });
}

type ReadRequest = (reader: ByteReader, invoke: number) => ServiceRequest;

/** By tag and the octet after it. */
const readers: Readonly<Record<number, Readonly<Record<number, ReadRequest>>>> = {
  [GET]: {
    [NORMAL]: (reader, invoke) => ({ type: 'get', invoke, ...readAttribute(reader) }),
    [NEXT]: (reader, invoke) => ({ type: 'get-next', invoke, blockNumber: reader.u32() }),
    [GET_WITH_LIST]: (reader, invoke) => ({ type: 'get-list', invoke, attributes: readAttributes(reader) }),
  },
  [SET]: {
    [NORMAL]: (reader, invoke) => ({
      type: 'set',
      invoke,
      ...readAttribute(reader),
      value: readData(reader),
    }),
    [SET_FIRST_BLOCK]: (reader, invoke) => ({
      type: 'set-first-block',
      invoke,
      ...readAttribute(reader),
      block: readDataBlock(reader),
    }),
    [SET_BLOCK]: (reader, invoke) => ({ type: 'set-block', invoke, block: readDataBlock(reader) }),
  },
  [ACTION]: {
    [NORMAL]: (reader, invoke) => ({
      type: 'action',
      invoke,
      target: readMethod(reader),
      parameters: reader.u8() === 0 ? undefined : readData(reader),
    }),
    [NEXT]: (reader, invoke) => ({ type: 'action-next', invoke, blockNumber: reader.u32() }),
    [ACTION_FIRST_BLOCK]: (reader, invoke) => ({
      type: 'action-first-block',
      invoke,
      target: readMethod(reader),
      block: readDataBlock(reader),
    }),
    [ACTION_BLOCK]: (reader, invoke) => ({ type: 'action-block', invoke, block: readDataBlock(reader) }),
  },
};

function writeReference(writer: ByteWriter, object: { classId: number; obis: string }, index: number): void {
  writer.u16(object.classId).bytes(obisOctets(object.obis)).u8(index);
}

function writeAttribute(writer: ByteWriter, { target, access }: AttributeAccess): void {
  writeReference(writer, target, target.attribute);
  if (access) writeData(writer.u8(1).u8(access.selector), access.parameters);
  else writer.u8(0);
}

function readAttribute(reader: ByteReader): AttributeAccess {
  const target = { classId: reader.u16(), obis: formatObis(reader.take(6)), attribute: reader.i8() };
  const access = reader.u8() === 0 ? undefined : { selector: reader.u8(), parameters: readData(reader) };
  return { target, access };
}

function readAttributes(reader: ByteReader): AttributeAccess[] {
  const count = readLength(reader);
  const attributes: AttributeAccess[] = [];
  for (let index = 0; index < count; index++) attributes.push(readAttribute(reader));
  return attributes;
}

function readMethod(reader: ByteReader): MethodReference {
  return { classId: reader.u16(), obis: formatObis(reader.take(6)), method: reader.i8() };
}
