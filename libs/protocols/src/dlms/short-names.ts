import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, writeData, writeLength, writeOctets, type CosemData } from './axdr.ts';

/**
 * Services of short names (IEC 62056-5-3, 7.4): every attribute and method is a variable with a 16-bit name, which the
 * meter's association object lists. A variable name of an attribute is the base name + 8 × (attribute − 1).
 */
export type VariableAccess =
  | { readonly type: 'variable'; readonly name: number }
  /** With selective access, e.g. a profile's rows by range. */
  | {
      readonly type: 'parameterized';
      readonly name: number;
      readonly selector: number;
      readonly parameter: CosemData;
    }
  /** The next block of an answer that did not fit. */
  | { readonly type: 'block-number'; readonly blockNumber: number };

export interface ReadRequest {
  readonly type: 'read';
  readonly variables: readonly VariableAccess[];
}

export interface WriteRequest {
  readonly type: 'write' | 'unconfirmed-write';
  readonly variables: readonly VariableAccess[];
  readonly values: readonly CosemData[];
}

export type VariableResult =
  | { readonly type: 'data'; readonly value: CosemData }
  /** Data-Access-Result. */
  | { readonly type: 'error'; readonly code: number }
  | {
      readonly type: 'block';
      readonly isLast: boolean;
      readonly blockNumber: number;
      readonly octets: Uint8Array;
    }
  | { readonly type: 'block-number'; readonly blockNumber: number }
  | { readonly type: 'success' };

export interface VariableResponse {
  readonly type: 'read-response' | 'write-response';
  readonly results: readonly VariableResult[];
}

export const shortNameTags = {
  read: 0x05,
  write: 0x06,
  'read-response': 0x0c,
  'write-response': 0x0d,
  'unconfirmed-write': 0x16,
} as const;

const VARIABLE = 2;
const PARAMETERIZED = 4;
const BLOCK_NUMBER = 5;

/** The name of an attribute (or, by the offset that the class gives, method) of the object at `baseName`. */
export const variableName = (baseName: number, attribute: number): number =>
  (baseName + 8 * (attribute - 1)) & 0xffff;

export function encodeShortNameRequest(request: ReadRequest | WriteRequest): Uint8Array {
  const writer = new ByteWriter(64).u8(shortNameTags[request.type]);
  writeLength(writer, request.variables.length);
  for (const variable of request.variables) writeAccess(writer, variable);
  if (request.type !== 'read') {
    writeLength(writer, request.values.length);
    for (const value of request.values) writeData(writer, value);
  }
  return writer.finish();
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeShortNameRequest(apdu: Uint8Array): ReadRequest | WriteRequest | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const tag = reader.u8();
    const type =
      (['read', 'write', 'unconfirmed-write'] as const).find((each) => shortNameTags[each] === tag) ??
      reader.fail('DLMS_APDU_UNSUPPORTED', `There is no request of short names with tag ${tag}.`, 0);
    const variables = readVariables(reader);
    const request: ReadRequest | WriteRequest =
      type === 'read' ? { type, variables } : { type, variables, values: readList(reader, readData) };
    refuseRest(reader);
    return request;
  });
}

export function encodeShortNameResponse({ type, results }: VariableResponse): Uint8Array {
  const writer = new ByteWriter(128).u8(shortNameTags[type]);
  writeLength(writer, results.length);
  for (const result of results) {
    if (result.type === 'success') writer.u8(0);
    else if (result.type === 'data') writeData(writer.u8(0), result.value);
    else if (result.type === 'error') writer.u8(1).u8(result.code);
    else if (result.type === 'block') {
      writeOctets(
        writer
          .u8(2)
          .u8(result.isLast ? 1 : 0)
          .u16(result.blockNumber),
        result.octets,
      );
    } else writer.u8(type === 'read-response' ? 3 : 2).u16(result.blockNumber);
  }
  return writer.finish();
}

/** Errors: `DLMS_APDU_UNSUPPORTED`, and those of A-XDR. */
export function decodeShortNameResponse(apdu: Uint8Array): VariableResponse | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const tag = reader.u8();
    const type =
      (['read-response', 'write-response'] as const).find((each) => shortNameTags[each] === tag) ??
      reader.fail('DLMS_APDU_UNSUPPORTED', `There is no answer of short names with tag ${tag}.`, 0);
    const results = readList(reader, type === 'read-response' ? readReadResult : readWriteResult);
    refuseRest(reader);
    return { type, results };
  });
}

function refuseRest(reader: ByteReader): void {
  if (reader.remaining > 0) {
    reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the APDU: nothing may.`);
  }
}

function readList<Item>(reader: ByteReader, readItem: (reader: ByteReader) => Item): Item[] {
  const count = readLength(reader);
  const items: Item[] = [];
  for (let index = 0; index < count; index++) items.push(readItem(reader));
  return items;
}

export const readVariables = (reader: ByteReader): VariableAccess[] => readList(reader, readAccess);

function readAccess(reader: ByteReader): VariableAccess {
  const choice = reader.u8();
  if (choice === VARIABLE) return { type: 'variable', name: reader.u16() };
  if (choice === PARAMETERIZED) {
    const name = reader.u16();
    return { type: 'parameterized', name, selector: reader.u8(), parameter: readData(reader) };
  }
  if (choice === BLOCK_NUMBER) return { type: 'block-number', blockNumber: reader.u16() };
  return reader.fail(
    'DLMS_APDU_UNSUPPORTED',
    `Variables are not accessed by ${choice} here.`,
    reader.offset - 1,
  );
}

function writeAccess(writer: ByteWriter, access: VariableAccess): void {
  if (access.type === 'variable') writer.u8(VARIABLE).u16(access.name);
  else if (access.type === 'block-number') writer.u8(BLOCK_NUMBER).u16(access.blockNumber);
  else writeData(writer.u8(PARAMETERIZED).u16(access.name).u8(access.selector), access.parameter);
}

function readReadResult(reader: ByteReader): VariableResult {
  const choice = reader.u8();
  if (choice === 0) return { type: 'data', value: readData(reader) };
  if (choice === 1) return { type: 'error', code: reader.u8() };
  if (choice === 2) {
    const isLast = reader.u8() !== 0;
    return { type: 'block', isLast, blockNumber: reader.u16(), octets: reader.copy(readLength(reader)) };
  }
  if (choice === 3) return { type: 'block-number', blockNumber: reader.u16() };
  return reader.fail('DLMS_APDU_UNSUPPORTED', `There is no result ${choice} of a read.`, reader.offset - 1);
}

function readWriteResult(reader: ByteReader): VariableResult {
  const choice = reader.u8();
  if (choice === 0) return { type: 'success' };
  if (choice === 1) return { type: 'error', code: reader.u8() };
  if (choice === 2) return { type: 'block-number', blockNumber: reader.u16() };
  return reader.fail('DLMS_APDU_UNSUPPORTED', `There is no result ${choice} of a write.`, reader.offset - 1);
}
