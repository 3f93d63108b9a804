import { DecodeError, fail } from '../decode-error.ts';
import { checksumWithLineEndsRestored, telegramChecksum } from './checksum.ts';

/** A telegram's lines, before anything is made of them (DSMR P1 5.0, 6.3; IEC 62056-21, data readout). */
export interface Telegram {
  /** The line behind `/`: three letters of the maker, baud rate, what the maker calls it. */
  readonly identification: string;
  readonly objects: readonly P1Object[];
  /** Lines that are no objects. */
  readonly unreadable: readonly { readonly text: string; readonly offset: number }[];
  /** Whether a check was there; it was right then. */
  readonly checked: boolean;
}

export interface P1Object {
  /** As sent: `1-0:1.8.1`. */
  readonly reference: string;
  /** What is between its brackets, e.g. `161129200000W` and `00981.443*m3`. */
  readonly values: readonly string[];
  /** Where the line begins in the stream. */
  readonly offset: number;
}

const EXCLAMATION = 0x21;

/** Reads from `/` to `!`, and the check behind it. Fails with `P1_CRC_MISMATCH`, `P1_CRC_INVALID`, `P1_TELEGRAM_TRUNCATED`. */
export function readTelegram(octets: Uint8Array, base: number): Telegram {
  const exclamation = octets.lastIndexOf(EXCLAMATION);
  if (exclamation < 0) fail('P1_TELEGRAM_TRUNCATED', 'The telegram has no "!": send all of it.', base);
  const checked = verify(octets, exclamation, base);
  const text = Buffer.from(octets.buffer, octets.byteOffset, exclamation).toString('latin1');
  const objects: { reference: string; values: string[]; offset: number }[] = [];
  const unreadable: { text: string; offset: number }[] = [];
  let identification: string | undefined;
  for (let start = 1; start < text.length;) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed < 0 ? text.length : lineFeed;
    const line = text.slice(start, end).trim();
    const offset = base + start;
    start = end + 1;
    if (identification === undefined) {
      identification = line;
    } else if (line !== '') {
      const bracket = line.indexOf('(');
      const values = bracket < 0 ? undefined : readValues(line, bracket);
      const previous = objects.at(-1);
      if (!values) unreadable.push({ text: line, offset });
      else if (bracket > 0) objects.push({ reference: line.slice(0, bracket), values, offset });
      else if (previous) previous.values.push(...values);
      else unreadable.push({ text: line, offset });
    }
  }
  return { identification: identification ?? '', objects, unreadable, checked };
}

/** `(a)(b)` to the end of the line; `undefined` where brackets do not match. */
function readValues(line: string, from: number): string[] | undefined {
  const values: string[] = [];
  for (let at = from; at < line.length;) {
    const close = line.indexOf(')', at);
    if (line[at] !== '(' || close < 0) return undefined;
    values.push(line.slice(at + 1, close));
    at = close + 1;
  }
  return values;
}

/** Whether there is a check (DSMR 4.0 and later, DSMR P1 4.0, 6.2); fails where it is wrong. */
function verify(octets: Uint8Array, exclamation: number, base: number): boolean {
  const digits = Buffer.from(octets.subarray(exclamation + 1))
    .toString('latin1')
    .trim();
  if (digits === '') return false;
  if (!/^[0-9A-F]{4}$/i.test(digits)) {
    fail(
      'P1_CRC_INVALID',
      `"${digits.slice(0, 8)}" behind "!" is no check of four digits.`,
      base + exclamation + 1,
    );
  }
  const sent = Number.parseInt(digits, 16);
  const covered = octets.subarray(0, exclamation + 1);
  const hasLineEnds = covered.includes(0x0d);
  const check = hasLineEnds ? telegramChecksum(covered) : checksumWithLineEndsRestored(covered);
  if (check !== sent && telegramChecksum(covered) !== sent) {
    const expected = check.toString(16).toUpperCase().padStart(4, '0');
    throw new DecodeError(
      'P1_CRC_MISMATCH',
      `The check is ${digits}, but the telegram's is ${expected}: it was changed on the way, send it again.`,
      base + exclamation + 1,
    );
  }
  return true;
}
