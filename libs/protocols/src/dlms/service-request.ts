import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, writeData, type CosemData } from './axdr.ts';
import { formatObis, obisOctets } from './obis.ts';

/** What a client asks of an object: GET, SET, ACTION of logical names (IEC 62056-5-3, 7.3; tags 0xC0, 0xC1, 0xC3). */
export type ServiceRequest =
  | (Invoked & {
      readonly type: 'get';
      readonly target: AttributeReference;
      readonly access?: SelectiveAccess;
    })
  /** The next block of an answer that did not fit in one APDU. */
  | (Invoked & { readonly type: 'get-next'; readonly blockNumber: number })
  | (Invoked & {
      readonly type: 'set';
      readonly target: AttributeReference;
      readonly access?: SelectiveAccess;
      readonly value: CosemData;
    })
  | (Invoked & {
      readonly type: 'action';
      readonly target: MethodReference;
      readonly parameters?: CosemData;
    });

interface Invoked {
  /** Invoke-Id-And-Priority as it stands on the wire, which the answer repeats; see {@link invokeIdAndPriority}. */
  readonly invoke: number;
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
  /** 1 by range, 2 by entry (profile generic, IEC 62056-6-2, 4.3.6). */
  readonly selector: number;
  readonly parameters: CosemData;
}

export const serviceTags = { get: 0xc0, set: 0xc1, action: 0xc3 } as const;
const NORMAL = 1;
const NEXT = 2;

/** Confirmed, of high priority, with an id of 4 bits. */
export const invokeIdAndPriority = (id: number): number => 0xc0 | (id & 0x0f);

export function encodeServiceRequest(request: ServiceRequest): Uint8Array {
  const writer = new ByteWriter(64);
  switch (request.type) {
    case 'get-next':
      return writer.u8(serviceTags.get).u8(NEXT).u8(request.invoke).u32(request.blockNumber).finish();
    case 'get':
      writer.u8(serviceTags.get).u8(NORMAL).u8(request.invoke);
      writeReference(writer, request.target, request.target.attribute);
      writeAccess(writer, request.access);
      break;
    case 'set':
      writer.u8(serviceTags.set).u8(NORMAL).u8(request.invoke);
      writeReference(writer, request.target, request.target.attribute);
      writeAccess(writer, request.access);
      writeData(writer, request.value);
      break;
    case 'action':
      writer.u8(serviceTags.action).u8(NORMAL).u8(request.invoke);
      writeReference(writer, request.target, request.target.method);
      if (request.parameters) writeData(writer.u8(1), request.parameters);
      else writer.u8(0);
  }
  return writer.finish();
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeServiceRequest(apdu: Uint8Array): ServiceRequest | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const request = readRequest(reader);
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the request: nothing may.`);
    }
    return request;
  });
}

function readRequest(reader: ByteReader): ServiceRequest {
  const tag = reader.u8();
  const kind = reader.u8();
  const invoke = reader.u8();
  if (tag === serviceTags.get && kind === NEXT)
    return { type: 'get-next', invoke, blockNumber: reader.u32() };
  if (kind === NORMAL) {
    if (tag === serviceTags.get) {
      return { type: 'get', invoke, target: readAttributeReference(reader), access: readAccess(reader) };
    }
    if (tag === serviceTags.set) {
      const target = readAttributeReference(reader);
      return { type: 'set', invoke, target, access: readAccess(reader), value: readData(reader) };
    }
    if (tag === serviceTags.action) {
      const { attribute: method, ...object } = readAttributeReference(reader);
      const parameters = reader.u8() === 0 ? undefined : readData(reader);
      return { type: 'action', invoke, target: { ...object, method }, parameters };
    }
  }
  return reader.fail(
    'DLMS_APDU_UNSUPPORTED',
    `There is no request with tag ${tag} and kind ${kind} here.`,
    0,
  );
}

function writeReference(writer: ByteWriter, object: { classId: number; obis: string }, index: number): void {
  writer.u16(object.classId).bytes(obisOctets(object.obis)).u8(index);
}

function readAttributeReference(reader: ByteReader): AttributeReference {
  return { classId: reader.u16(), obis: formatObis(reader.take(6)), attribute: reader.i8() };
}

function writeAccess(writer: ByteWriter, access: SelectiveAccess | undefined): void {
  if (access) writeData(writer.u8(1).u8(access.selector), access.parameters);
  else writer.u8(0);
}

function readAccess(reader: ByteReader): SelectiveAccess | undefined {
  return reader.u8() === 0 ? undefined : { selector: reader.u8(), parameters: readData(reader) };
}
