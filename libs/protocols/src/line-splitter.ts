import { DecodeError } from './decode-error.ts';
import { fromHex } from './hex.ts';
import type { FrameSplitter } from './protocol-codec.ts';

/** Octets of the longest line: a frame of 32 KiB in hexadecimal. */
const LONGEST_LINE = 65_536;
const LF = 0x0a;

/** Frames one a line, in hexadecimal unless told otherwise; blank lines are none. Errors: FRAME_TOO_LONG, and those of `read`. */
export class LineSplitter implements FrameSplitter {
  readonly #read: (line: string) => Uint8Array | DecodeError;
  #parts: Uint8Array[] = [];
  #isSkipping = false;
  #pending = 0;

  constructor(read: (line: string) => Uint8Array | DecodeError = fromHex) {
    this.#read = read;
  }

  get pending(): number {
    return this.#pending;
  }

  push(chunk: Uint8Array): (Uint8Array | DecodeError)[] {
    const found: (Uint8Array | DecodeError)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#hold(chunk.subarray(start, end), found);
      found.push(...this.end());
      start = end + 1;
    }
    this.#hold(chunk.subarray(start), found);
    return found;
  }

  end(): (Uint8Array | DecodeError)[] {
    const line = Buffer.concat(this.#parts).toString('latin1').trim();
    this.#drop();
    this.#isSkipping = false;
    return line === '' ? [] : [this.#read(line)];
  }

  #hold(part: Uint8Array, found: (Uint8Array | DecodeError)[]): void {
    if (this.#isSkipping || part.length === 0) return;
    this.#parts.push(part);
    this.#pending += part.length;
    if (this.#pending <= LONGEST_LINE) return;
    this.#isSkipping = true;
    this.#drop();
    found.push(
      new DecodeError(
        'FRAME_TOO_LONG',
        `A line has more than ${LONGEST_LINE} characters: it is skipped. Send one frame a line.`,
        LONGEST_LINE,
      ),
    );
  }

  #drop(): void {
    this.#parts = [];
    this.#pending = 0;
  }
}
