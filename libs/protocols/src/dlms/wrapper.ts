import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError, isDecodeError } from '../decode-error.ts';

/** The wrapper of the TCP and UDP profile, IEC 62056-47: version, source port, destination port, length (16 bits each). */
export interface WrapperFrame {
  /** Port of the client application, e.g. 16 the public client, 1 the management client. */
  readonly source: number;
  readonly destination: number;
  readonly payload: Uint8Array;
}

export const WRAPPER_HEADER = 8;
const VERSION = 1;

export function encodeWrapper(frame: WrapperFrame): Uint8Array {
  return new ByteWriter(WRAPPER_HEADER + frame.payload.length)
    .u16(VERSION)
    .u16(frame.source)
    .u16(frame.destination)
    .u16(frame.payload.length)
    .bytes(frame.payload)
    .finish();
}

/** All frames that fill `bytes`; the last item is an error where what follows them is none: `DLMS_WRAPPER_VERSION`, `FRAME_TRUNCATED`. */
export function decodeWrapper(bytes: Uint8Array): (WrapperFrame | DecodeError)[] {
  const reader = new ByteReader(bytes);
  const frames: (WrapperFrame | DecodeError)[] = [];
  while (reader.remaining > 0) {
    const frame = attempt(() => readFrame(reader));
    frames.push(frame);
    if (isDecodeError(frame)) break;
  }
  return frames;
}

function readFrame(reader: ByteReader): WrapperFrame {
  if (reader.u16() !== VERSION) reader.fail('DLMS_WRAPPER_VERSION', unsupportedVersion, reader.offset - 2);
  const source = reader.u16();
  const destination = reader.u16();
  return { source, destination, payload: reader.take(reader.u16()) };
}

const unsupportedVersion = `This is no wrapper frame of version ${VERSION}: speak IEC 62056-47 here and nothing else.`;

/**
 * Cuts a TCP stream into wrapper frames, however the network has divided it. After an error the stream has no frame
 * borders any more: answer nothing further and close the connection.
 */
export class WrapperSplitter {
  readonly #maximumLength: number;
  /** Held back until {@link #needed} octets are there, so that a frame in many small parts is joined once. */
  #parts: Uint8Array[] = [];
  #pending = 0;
  #needed = WRAPPER_HEADER;
  #consumed = 0;
  #error: DecodeError | undefined;

  /** @param maximumLength longest payload accepted, in octets; longer answers `DLMS_FRAME_TOO_LONG` */
  constructor(maximumLength = 0xffff) {
    this.#maximumLength = maximumLength;
  }

  /** How many octets are {@link held}. */
  get pending(): number {
    return this.#pending;
  }

  /** Octets held back because their frame is not complete, or from the one on that began no frame. */
  get held(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  /** Frames completed by `chunk`; the last item is a DecodeError when the stream went wrong. */
  push(chunk: Uint8Array): (WrapperFrame | DecodeError)[] {
    if (this.#error) return [this.#error];
    this.#pending += chunk.length;
    if (this.#pending < this.#needed) {
      this.#parts.push(new Uint8Array(chunk));
      return [];
    }
    const bytes = this.#parts.length === 0 ? chunk : Buffer.concat([...this.#parts, chunk]);
    const completed: (WrapperFrame | DecodeError)[] = [];
    let start = 0;
    this.#needed = WRAPPER_HEADER;
    while (bytes.length - start >= WRAPPER_HEADER) {
      const header = new DataView(bytes.buffer, bytes.byteOffset + start, WRAPPER_HEADER);
      const length = header.getUint16(6);
      this.#error = this.#refusal(header.getUint16(0), length, this.#consumed + start);
      if (this.#error) {
        completed.push(this.#error);
        break;
      }
      this.#needed = WRAPPER_HEADER + length;
      const end = start + this.#needed;
      if (end > bytes.length) break;
      completed.push({
        source: header.getUint16(2),
        destination: header.getUint16(4),
        payload: new Uint8Array(bytes.subarray(start + WRAPPER_HEADER, end)),
      });
      start = end;
      this.#needed = WRAPPER_HEADER;
    }
    this.#consumed += start;
    this.#pending = bytes.length - start;
    this.#parts = this.#pending > 0 ? [new Uint8Array(bytes.subarray(start))] : [];
    return completed;
  }

  #refusal(version: number, length: number, offset: number): DecodeError | undefined {
    if (version !== VERSION) return new DecodeError('DLMS_WRAPPER_VERSION', unsupportedVersion, offset);
    if (length > this.#maximumLength) {
      return new DecodeError(
        'DLMS_FRAME_TOO_LONG',
        `A frame of ${length} octets is announced; at most ${this.#maximumLength} are accepted.`,
        offset + 6,
      );
    }
    return undefined;
  }
}
