import { DecodeError } from '../decode-error.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { FrameSplitter } from '../protocol-codec.ts';

const LONG_START = 0x68;
const SHORT_START = 0x10;
const SHORT_OCTETS = 5;
const ACKNOWLEDGE = 0xe5;

/**
 * What gateways send over TCP: long frames of the wired bus as they are (EN 13757-2, 5.4), or any frames in hexadecimal, one
 * a line; wireless frames do not tell in a stream where they end. Acknowledgements and short frames carry no data and are
 * passed over, and so is noise, which is answered once as `MBUS_FRAME_UNKNOWN`.
 */
export class MbusStreamSplitter implements FrameSplitter {
  readonly #lines = new LineSplitter();
  #held = new Uint8Array();
  #isNoise = false;

  get pending(): number {
    return this.#held.length + this.#lines.pending;
  }

  push(chunk: Uint8Array): (Uint8Array | DecodeError)[] {
    const bytes = Buffer.concat([this.#held, chunk]);
    const found: (Uint8Array | DecodeError)[] = [];
    let at = 0;
    while (at < bytes.length) {
      const length = this.#lengthAt(bytes, at, found);
      if (length === undefined || at + length > bytes.length) break;
      at += length;
    }
    this.#held = Uint8Array.from(bytes.subarray(at));
    return found;
  }

  end(): (Uint8Array | DecodeError)[] {
    const found = this.#lines.end();
    if (this.#held.length > 0) {
      const message = `The stream ends ${this.#held.length} octets after a frame began: send it again.`;
      found.push(new DecodeError('FRAME_TRUNCATED', message, this.#held.length));
      this.#held = new Uint8Array();
    }
    return found;
  }

  /** Octets of what begins at `at`, which is added to `found` where it is complete; undefined while that cannot be told. */
  #lengthAt(bytes: Uint8Array, at: number, found: (Uint8Array | DecodeError)[]): number | undefined {
    const start = bytes[at]!;
    if (isText(start)) {
      let end = at + 1;
      while (end < bytes.length && isText(bytes[end]!)) end++;
      found.push(...this.#lines.push(bytes.subarray(at, end)));
      return end - at;
    }
    found.push(...this.#lines.end());
    if (start === LONG_START && at + 4 > bytes.length) return undefined;
    if (start === LONG_START && bytes[at + 1] === bytes[at + 2] && bytes[at + 3] === LONG_START) {
      const length = bytes[at + 1]! + 6;
      if (at + length <= bytes.length) found.push(Uint8Array.from(bytes.subarray(at, at + length)));
      this.#isNoise = false;
      return length;
    }
    if (start === SHORT_START) return SHORT_OCTETS;
    if (start !== ACKNOWLEDGE) this.#noteNoise(found, at);
    return 1;
  }

  #noteNoise(found: (Uint8Array | DecodeError)[], at: number): void {
    if (this.#isNoise) return;
    this.#isNoise = true;
    found.push(
      new DecodeError(
        'MBUS_FRAME_UNKNOWN',
        'What begins here is neither a long frame (68h L L 68h) nor hexadecimal text: it is skipped to the next frame.',
        at,
      ),
    );
  }
}

/** Hexadecimal digits, what may stand between octets, and line ends. */
const isText = (octet: number) =>
  (octet >= 0x30 && octet <= 0x3a) ||
  (octet >= 0x41 && octet <= 0x46) ||
  (octet >= 0x61 && octet <= 0x66) ||
  octet === 0x20 ||
  octet === 0x2d ||
  octet === 0x0d ||
  octet === 0x0a;
