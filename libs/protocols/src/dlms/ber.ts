import type { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { readLength, writeLength } from './axdr.ts';

/** The little of BER (ISO/IEC 8825-1) that ACSE needs: tags of one octet and definite lengths, which A-XDR shares. */
export interface BerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** Where the contents begin, as errors count. */
  readonly position: number;
}

export function readBer(reader: ByteReader): BerElement {
  const tag = reader.u8();
  const length = readLength(reader);
  const position = reader.position;
  return { tag, contents: reader.take(length), position };
}

/** One element around others. */
export function ber(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((total, part) => total + part.length, 0);
  const writer = new ByteWriter(length + 6).u8(tag);
  writeLength(writer, length);
  for (const part of contents) writer.bytes(part);
  return writer.finish();
}
