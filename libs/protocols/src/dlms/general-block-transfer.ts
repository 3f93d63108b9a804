import { ByteReader } from '../byte-reader.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readLength } from './axdr.ts';

/** General block transfer (IEC 62056-5-3, General-Block-Transfer, tag 0xE0). */
export const GENERAL_BLOCK_TRANSFER = 0xe0;

/** More than any meter pushes at once. */
const MAX_JOINED_OCTETS = 1 << 20;
const LAST_BLOCK = 0x80;

/**
 * The APDU that consecutive blocks carry, numbered from 1 to the one marked last. Errors: `DLMS_BLOCK_MISSING`,
 * `DLMS_BLOCK_UNEXPECTED`, `DLMS_FRAME_TOO_LONG`, `FRAME_TRUNCATED`.
 */
export function joinBlocks(blocks: Uint8Array): Uint8Array | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(blocks);
    const parts: Uint8Array[] = [];
    let length = 0;
    let isLast = false;
    while (reader.remaining > 0) {
      const start = reader.offset;
      if (reader.u8() !== GENERAL_BLOCK_TRANSFER || isLast) {
        reader.fail('DLMS_BLOCK_UNEXPECTED', 'Something other than the next block follows a block.', start);
      }
      isLast = (reader.u8() & LAST_BLOCK) !== 0;
      const number = reader.u16();
      if (number !== parts.length + 1) {
        reader.fail(
          'DLMS_BLOCK_MISSING',
          `Block ${number} came where block ${parts.length + 1} was due.`,
          start + 2,
        );
      }
      reader.u16(); // number acknowledged: of the other direction
      const part = reader.take(readLength(reader));
      length += part.length;
      if (length > MAX_JOINED_OCTETS) {
        reader.fail(
          'DLMS_FRAME_TOO_LONG',
          `The blocks join to more than ${MAX_JOINED_OCTETS} octets.`,
          start,
        );
      }
      parts.push(part);
    }
    if (!isLast)
      reader.fail('DLMS_BLOCK_MISSING', `The frame ends after block ${parts.length}, which is not the last.`);
    return Buffer.concat(parts);
  });
}
