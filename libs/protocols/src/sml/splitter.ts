import { DecodeError } from '../decode-error.ts';
import { END, END_OCTETS, ESCAPE, indexOfEscape, readRun, runLength, START_OCTETS } from './transport.ts';

/** One frame cut out of a stream, with its start and end sequences and escapes. */
export interface SmlFrame {
  readonly octets: Uint8Array;
  /** Where it begins in the stream. */
  readonly offset: number;
}

/** Meters send about 400 octets; a gateway with many lists some thousands. */
const DEFAULT_MAXIMUM = 65_536;

/**
 * Cuts a stream into frames of the SML transport protocol, however the network has divided it. What is between frames
 * is skipped; a frame that is cut off by the next one's start is answered as `SML_FRAME_TRUNCATED`. Holds back at most
 * `maximumLength` octets.
 */
export class SmlSplitter {
  readonly #maximumLength: number;
  #held: Uint8Array;
  #length = 0;
  /** Where the octets held begin in the stream. */
  #base = 0;
  /** Octets held that are known to hold no control sequence; 0 while no frame has begun. */
  #scanned = 0;

  /** @param maximumLength longest frame accepted, in octets; a longer one answers `SML_FRAME_TOO_LONG` */
  constructor(maximumLength = DEFAULT_MAXIMUM) {
    this.#maximumLength = maximumLength;
    this.#held = new Uint8Array(Math.min(2048, maximumLength));
  }

  /** How many octets are held back because their frame is not complete. */
  get pending(): number {
    return this.#length;
  }

  /** Frames completed by `chunk`, and errors, in the order of the stream. */
  push(chunk: Uint8Array): (SmlFrame | DecodeError)[] {
    const found: (SmlFrame | DecodeError)[] = [];
    for (let start = 0; start < chunk.length;) {
      const part = chunk.subarray(start, start + this.#maximumLength - this.#length);
      this.#hold(part);
      start += part.length;
      this.#cut(found);
      if (this.#length === this.#maximumLength) this.#giveUp(found);
    }
    return found;
  }

  /** What is left when the stream has ended: a frame that was cut off. */
  end(): DecodeError[] {
    const isFrame = this.#scanned > 0 && this.#length > 0;
    const offset = this.#base;
    this.#drop(this.#length);
    return isFrame ? [truncated(offset, 'The stream ends')] : [];
  }

  #hold(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.min(Math.max(needed, this.#held.length * 2), this.#maximumLength));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(part, this.#length);
    this.#length = needed;
  }

  #drop(count: number): void {
    this.#held.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#base += count;
    this.#scanned = 0;
  }

  #giveUp(found: (SmlFrame | DecodeError)[]): void {
    found.push(
      new DecodeError(
        'SML_FRAME_TOO_LONG',
        `The frame that begins here has more than ${this.#maximumLength} octets: it is skipped to the next start.`,
        this.#base,
      ),
    );
    this.#drop(this.#scanned);
  }

  #cut(found: (SmlFrame | DecodeError)[]): void {
    let start = 0;
    let scanned = this.#scanned;
    for (;;) {
      if (scanned === 0) {
        const begin = this.#startSequence(start);
        start = begin.at;
        if (!begin.complete) break;
        scanned = start + START_OCTETS;
      }
      const control = this.#nextControl(start, scanned);
      scanned = control.at;
      if (control.kind === 'none') break;
      if (control.kind === 'end') {
        const end = control.at + END_OCTETS;
        found.push({ octets: this.#held.slice(start, end), offset: this.#base + start });
        start = end;
      } else {
        found.push(truncated(this.#base + start, 'The next frame begins'));
        start = control.at;
      }
      scanned = 0;
    }
    this.#drop(start);
    this.#scanned = Math.max(0, scanned - start);
  }

  /** Where the next frame begins, or the octets that may be the beginning of one. */
  #startSequence(from: number): { at: number; complete: boolean } {
    const held = this.#held;
    for (
      let at = held.indexOf(ESCAPE, from);
      at >= 0 && at < this.#length;
      at = held.indexOf(ESCAPE, at + 1)
    ) {
      const seen = Math.min(START_OCTETS, this.#length - at);
      let matching = 0;
      while (matching < seen && held[at + matching] === (matching < 4 ? ESCAPE : held[at + 4])) matching++;
      const isVersion = seen <= 4 || held[at + 4] === 0x01 || held[at + 4] === 0x02;
      if (matching === seen && isVersion) return { at, complete: seen === START_OCTETS };
    }
    return { at: this.#length, complete: false };
  }

  /** The next end of a frame or start of another one; `none` where it has not come, all before `at` being data. */
  #nextControl(start: number, from: number): { kind: 'none' | 'end' | 'start'; at: number } {
    const held = this.#held;
    for (let at = from; ;) {
      const escape = indexOfEscape(held, at, this.#length);
      if (escape < 0) return { kind: 'none', at: Math.max(from, this.#length - 3) };
      const run = runLength(held, escape, this.#length);
      const behind = escape + run;
      // The run may go on, and four octets behind it tell what it is.
      if (behind + 4 > this.#length) return { kind: 'none', at: escape };
      const { isControl } = readRun(run);
      const control = behind - 4;
      if (isControl && held[behind] === END) return { kind: 'end', at: control };
      if (
        isControl &&
        held[behind] === 0x01 &&
        held[behind + 1] === 0x01 &&
        held[behind + 2] === 0x01 &&
        held[behind + 3] === 0x01
      ) {
        return { kind: 'start', at: control };
      }
      at = behind;
    }
  }
}

/** All frames of a file or a datagram; see {@link SmlSplitter}. */
export function splitSml(bytes: Uint8Array, maximumLength?: number): (SmlFrame | DecodeError)[] {
  const splitter = new SmlSplitter(maximumLength);
  return [...splitter.push(bytes), ...splitter.end()];
}

const truncated = (offset: number, what: string) =>
  new DecodeError('SML_FRAME_TRUNCATED', `${what} before the end of the frame that begins here.`, offset);
