import { DecodeError } from '../decode-error.ts';

/** One telegram cut out of a stream: from `/` to the end of the line of `!`, or a ciphered APDU that holds one. */
export interface P1Frame {
  readonly octets: Uint8Array;
  /** Where it begins in the stream. */
  readonly offset: number;
}

const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const LF = 0x0a;
const CR = 0x0d;
const GENERAL_GLO_CIPHERING = 0xdb;
const SYSTEM_TITLE_OCTETS = 8;
/** Tag, title's length, title, 0x82, two octets of length (Smarty P1 specification, 3.2.5). */
const CIPHERED_HEADER = 2 + SYSTEM_TITLE_OCTETS + 3;
/** A telegram of ESMR 5 with four M-Bus devices and two long messages has 5 KiB. */
const DEFAULT_MAXIMUM = 16_384;

/**
 * Cuts a stream into telegrams, however the network has divided it and whatever noise is between them; what begins a
 * telegram but is followed by the next one's `/` is answered as `P1_TELEGRAM_TRUNCATED`, and the next one is read.
 * Holds back at most `maximumLength` octets.
 */
export class TelegramSplitter {
  readonly #maximumLength: number;
  #held: Uint8Array;
  #length = 0;
  /** Where the octets held begin in the stream. */
  #base = 0;
  /** Octets held that are known not to end the telegram. */
  #scanned = 0;

  /** @param maximumLength longest telegram accepted, in octets; a longer one answers `P1_TELEGRAM_TOO_LONG` */
  constructor(maximumLength = DEFAULT_MAXIMUM) {
    this.#maximumLength = maximumLength;
    this.#held = new Uint8Array(Math.min(4096, maximumLength + 1));
  }

  /** How many octets are held back because their telegram is not complete. */
  get pending(): number {
    return this.#length;
  }

  /** Telegrams completed by `chunk`, and errors, in the order of the stream. */
  push(chunk: Uint8Array): (P1Frame | DecodeError)[] {
    const found: (P1Frame | DecodeError)[] = [];
    for (let start = 0; start < chunk.length;) {
      const room = this.#maximumLength + 1 - this.#length;
      const part = chunk.subarray(start, start + room);
      this.#hold(part);
      start += part.length;
      this.#cut(found, false);
    }
    return found;
  }

  /** What is left when the stream has ended: a telegram without line end behind `!`, or what was cut off. */
  end(): (P1Frame | DecodeError)[] {
    const found: (P1Frame | DecodeError)[] = [];
    this.#cut(found, true);
    if (this.#length > 0) {
      found.push(truncated(this.#base, 'The stream ends'));
      this.#drop(this.#length);
    }
    return found;
  }

  #hold(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(
        Math.min(Math.max(needed, this.#held.length * 2), this.#maximumLength + 1),
      );
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

  #cut(found: (P1Frame | DecodeError)[], ended: boolean): void {
    let start = 0;
    for (;;) {
      const begin = this.#beginning(start, ended);
      if (begin !== start) this.#scanned = 0;
      start = begin;
      if (start === this.#length) break;
      const end =
        this.#held[start] === SLASH ? this.#telegramEnd(start, ended, found) : this.#cipheredEnd(start);
      if (end === undefined) break;
      if (end > 0) found.push({ octets: this.#held.slice(start, end), offset: this.#base + start });
      start = Math.abs(end);
      this.#scanned = 0;
    }
    if (start > 0) {
      const scanned = this.#scanned;
      this.#drop(start);
      this.#scanned = Math.max(0, scanned - start);
    }
    if (this.#length > this.#maximumLength) {
      found.push(
        new DecodeError(
          'P1_TELEGRAM_TOO_LONG',
          `What begins here has more than ${this.#maximumLength} octets and no end: it is skipped to the next "/".`,
          this.#base,
        ),
      );
      this.#drop(this.#scanned);
    }
  }

  /** Where the next telegram may begin; a "/" in noise is told from one by the letters of the maker behind it. */
  #beginning(from: number, ended: boolean): number {
    const held = this.#held;
    for (let at = from; at < this.#length; at++) {
      if (held[at] === SLASH && this.#isIdentification(at, ended)) return at;
      if (held[at] === GENERAL_GLO_CIPHERING && this.#isCipheredHeader(at, ended)) return at;
    }
    return this.#length;
  }

  /** `/XXXZ`: three characters of the maker and the baud rate's (IEC 62056-21, 6.3.2). */
  #isIdentification(at: number, ended: boolean): boolean {
    const last = Math.min(at + 4, this.#length - 1);
    for (let index = at + 1; index <= last; index++) if (!isLetterOrDigit(this.#held[index]!)) return false;
    return last === at + 4 || !ended;
  }

  #isCipheredHeader(at: number, ended: boolean): boolean {
    if (at + CIPHERED_HEADER > this.#length && ended) return false;
    if (at + 1 < this.#length && this.#held[at + 1] !== SYSTEM_TITLE_OCTETS) return false;
    if (at + CIPHERED_HEADER > this.#length) return true;
    const lengthAt = at + 2 + SYSTEM_TITLE_OCTETS;
    return this.#held[lengthAt] === 0x82 && this.#cipheredLength(at) <= this.#maximumLength;
  }

  #cipheredLength(at: number): number {
    const end = at + CIPHERED_HEADER;
    return CIPHERED_HEADER + ((this.#held[end - 2]! << 8) | this.#held[end - 1]!);
  }

  #cipheredEnd(start: number): number | undefined {
    if (this.#length < start + CIPHERED_HEADER) return undefined;
    const end = start + this.#cipheredLength(start);
    return end > this.#length ? undefined : end;
  }

  /**
   * The end of the telegram that begins at `start`, `undefined` where it has not come yet. Negative: nothing ended, the
   * next telegram begins at that place.
   */
  #telegramEnd(start: number, ended: boolean, found: (P1Frame | DecodeError)[]): number | undefined {
    const held = this.#held;
    let at = Math.max(start + 1, this.#scanned);
    let inIdentification = !held.subarray(start, at).includes(LF);
    for (; at < this.#length; at++) {
      const octet = held[at]!;
      const atLineStart = held[at - 1] === LF || held[at - 1] === CR;
      if (octet === LF) inIdentification = false;
      if (octet === EXCLAMATION && atLineStart) {
        this.#scanned = at;
        return this.#lineEnd(at, ended);
      }
      if (octet === SLASH && (atLineStart || inIdentification) && this.#isIdentification(at, ended)) {
        if (at + 4 >= this.#length && !ended) break;
        if (!inIdentification) found.push(truncated(this.#base + start, 'The next telegram begins'));
        return -at;
      }
    }
    this.#scanned = at;
    return undefined;
  }

  /** Behind "!", where four digits of a check and CR LF may follow; or none of them (DSMR 2.2 and 3.0 have no check). */
  #lineEnd(exclamation: number, ended: boolean): number | undefined {
    const last = Math.min(this.#length, exclamation + 7);
    const lineFeed = this.#held.subarray(exclamation, last).indexOf(LF);
    if (lineFeed > 0) return exclamation + lineFeed + 1;
    if (!ended && last < exclamation + 7) return undefined;
    let end = exclamation + 1;
    while (end < last && end < exclamation + 5 && isHexDigit(this.#held[end]!)) end++;
    return end;
  }
}

/** All telegrams of a file or a datagram; see {@link TelegramSplitter}. */
export function splitTelegrams(bytes: Uint8Array, maximumLength?: number): (P1Frame | DecodeError)[] {
  const splitter = new TelegramSplitter(maximumLength);
  return [...splitter.push(bytes), ...splitter.end()];
}

const isLetterOrDigit = (octet: number) =>
  (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a);

const isHexDigit = (octet: number) =>
  (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x46) || (octet >= 0x61 && octet <= 0x66);

const truncated = (offset: number, what: string) =>
  new DecodeError(
    'P1_TELEGRAM_TRUNCATED',
    `${what} before the "!" of the telegram that begins here: send it again.`,
    offset,
  );
