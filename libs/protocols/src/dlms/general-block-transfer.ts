import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError, isDecodeError } from '../decode-error.ts';
import { readLength, writeOctets } from './axdr.ts';
import { dataBlocks } from './data-block.ts';

/** General block transfer (IEC 62056-5-3, General-Block-Transfer, tag 0xE0). */
export const GENERAL_BLOCK_TRANSFER = 0xe0;

/** More than any meter pushes at once. */
const MAX_JOINED_OCTETS = 1 << 20;
const LAST_BLOCK = 0x80;
const STREAMING = 0x40;

/**
 * Collects the APDU that consecutive blocks carry, numbered from 1 to the one marked last. After an error it waits
 * for a block 1 again.
 */
export class BlockAssembler {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Blocks collected of an APDU that is not complete. */
  get pending(): number {
    return this.#parts.length;
  }

  /**
   * The APDU that `blocks` (one, or several in a row) completes; `undefined` where more is to come. Errors:
   * `DLMS_BLOCK_MISSING`, `DLMS_BLOCK_UNEXPECTED`, `DLMS_FRAME_TOO_LONG`, `FRAME_TRUNCATED`.
   */
  push(blocks: Uint8Array): Uint8Array | DecodeError | undefined {
    const joined = attempt(() => this.#collect(new ByteReader(blocks)));
    if (joined) this.reset();
    return joined;
  }

  reset(): void {
    this.#parts = [];
    this.#length = 0;
  }

  #collect(reader: ByteReader): Uint8Array | undefined {
    let isLast = false;
    while (reader.remaining > 0) {
      const start = reader.offset;
      if (reader.u8() !== GENERAL_BLOCK_TRANSFER || isLast) {
        reader.fail('DLMS_BLOCK_UNEXPECTED', 'Something other than the next block follows a block.', start);
      }
      isLast = (reader.u8() & LAST_BLOCK) !== 0;
      const number = reader.u16();
      const due = this.#parts.length + 1;
      if (number !== due) {
        reader.fail('DLMS_BLOCK_MISSING', `Block ${number} came where block ${due} was due.`, start + 2);
      }
      reader.u16(); // the number acknowledged, which is of the other direction
      const part = reader.take(readLength(reader));
      this.#length += part.length;
      if (this.#length > MAX_JOINED_OCTETS) {
        reader.fail(
          'DLMS_FRAME_TOO_LONG',
          `The blocks join to more than ${MAX_JOINED_OCTETS} octets.`,
          start,
        );
      }
      this.#parts.push(part);
    }
    return isLast ? Buffer.concat(this.#parts) : undefined;
  }
}

/** The APDU in `blocks`, which has to be complete. */
export function joinBlocks(blocks: Uint8Array): Uint8Array | DecodeError {
  const assembler = new BlockAssembler();
  const joined = assembler.push(blocks);
  if (joined && !isDecodeError(joined)) return joined;
  return (
    joined ??
    new DecodeError(
      'DLMS_BLOCK_MISSING',
      `The frame ends after block ${assembler.pending}, which is not the last.`,
      blocks.length,
    )
  );
}

export interface GeneralBlock {
  readonly isLast: boolean;
  /** More blocks follow without waiting for an acknowledgement. */
  readonly streaming?: boolean;
  /** How many blocks in a row this side takes. */
  readonly window?: number;
  /** From 1. */
  readonly blockNumber: number;
  /** The last block of the other side that has come. */
  readonly acknowledged?: number;
  readonly octets: Uint8Array;
}

export function encodeBlock({
  isLast,
  streaming = false,
  window = 1,
  blockNumber,
  acknowledged = 0,
  octets,
}: GeneralBlock): Uint8Array {
  const control = (isLast ? LAST_BLOCK : 0) | (streaming ? STREAMING : 0) | (window & 0x3f);
  const writer = new ByteWriter(octets.length + 12).u8(GENERAL_BLOCK_TRANSFER).u8(control);
  writeOctets(writer.u16(blockNumber).u16(acknowledged), octets);
  return writer.finish();
}

/** `apdu` in blocks of at most `size` octets, each an APDU. */
export function encodeBlocks(apdu: Uint8Array, size: number): Uint8Array[] {
  return dataBlocks(apdu, size).map((block) => encodeBlock({ ...block, streaming: !block.isLast }));
}
