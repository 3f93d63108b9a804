import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { readLength, writeOctets } from './axdr.ts';

/** A part of the octets of a value that did not fit in one APDU (IEC 62056-5-3, DataBlock-SA and DataBlock-G). */
export interface DataBlock {
  readonly isLast: boolean;
  /** From 1. */
  readonly blockNumber: number;
  readonly octets: Uint8Array;
}

export function readDataBlock(reader: ByteReader): DataBlock {
  return { isLast: reader.u8() !== 0, blockNumber: reader.u32(), octets: reader.copy(readLength(reader)) };
}

export function writeDataBlock(writer: ByteWriter, { isLast, blockNumber, octets }: DataBlock): void {
  writer.u8(isLast ? 1 : 0).u32(blockNumber);
  writeOctets(writer, octets);
}

/** `octets` in blocks of at most `size`, of which there is always one. */
export function dataBlocks(octets: Uint8Array, size: number): DataBlock[] {
  const count = Math.max(1, Math.ceil(octets.length / size));
  return Array.from({ length: count }, (_, index) => ({
    isLast: index + 1 === count,
    blockNumber: index + 1,
    octets: octets.subarray(index * size, (index + 1) * size),
  }));
}
