import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { DecodeError, attempt } from '../decode-error.ts';

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

/** All frames that fill `bytes`. Errors: `DLMS_WRAPPER_VERSION`, `FRAME_TRUNCATED`. */
export function decodeWrapper(bytes: Uint8Array): WrapperFrame[] | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(bytes);
    const frames: WrapperFrame[] = [];
    while (reader.remaining > 0) {
      if (reader.u16() !== VERSION)
        reader.fail('DLMS_WRAPPER_VERSION', unsupportedVersion, reader.offset - 2);
      const source = reader.u16();
      const destination = reader.u16();
      frames.push({ source, destination, payload: reader.take(reader.u16()) });
    }
    return frames;
  });
}

const unsupportedVersion = `This is no wrapper frame of version ${VERSION}: speak IEC 62056-47 here and nothing else.`;

/**
 * Cuts a TCP stream into wrapper frames, however the network has divided it. After an error the stream has no frame
 * borders any more: answer nothing further and close the connection.
 */
export class WrapperSplitter {
  readonly #maximumLength: number;
  #pending: Uint8Array = new Uint8Array(0);
  #consumed = 0;
  #error: DecodeError | undefined;

  /** @param maximumLength longest payload accepted, in octets; longer answers `DLMS_FRAME_TOO_LONG` */
  constructor(maximumLength = 0xffff) {
    this.#maximumLength = maximumLength;
  }

  /** Octets held back because their frame is not complete. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Frames completed by `chunk`; the last item is a DecodeError when the stream went wrong. */
  push(chunk: Uint8Array): (WrapperFrame | DecodeError)[] {
    if (this.#error) return [this.#error];
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const completed: (WrapperFrame | DecodeError)[] = [];
    let start = 0;
    while (bytes.length - start >= WRAPPER_HEADER) {
      const header = new DataView(bytes.buffer, bytes.byteOffset + start, WRAPPER_HEADER);
      const length = header.getUint16(6);
      this.#error = this.#refusal(header.getUint16(0), length, this.#consumed + start);
      if (this.#error) return [...completed, this.#error];
      const end = start + WRAPPER_HEADER + length;
      if (end > bytes.length) break;
      completed.push({
        source: header.getUint16(2),
        destination: header.getUint16(4),
        payload: bytes.slice(start + WRAPPER_HEADER, end),
      });
      start = end;
    }
    this.#consumed += start;
    this.#pending = bytes.slice(start);
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
