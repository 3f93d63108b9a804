import type { ByteReader } from '../byte-reader.ts';
import { LIST, readHead, readList, readSmall, skipAbsent, skipElement } from './element.ts';

/** SML_Time (SML 1.04, 5.1.4). */
export interface SmlTime {
  /** Milliseconds since 1970, where the meter has a clock. */
  readonly instant?: number;
  /** Seconds since the meter was started, where it has none. */
  readonly secondsIndex?: number;
}

const SECONDS_INDEX = 1;

/**
 * A time, left out, as the standard has it (choice of index, timestamp and local timestamp), or as meters have it that
 * leave out the choice and send the number alone.
 */
export function readTime(reader: ByteReader): SmlTime | undefined {
  if (skipAbsent(reader)) return undefined;
  if ((reader.peek()! & 0x70) !== LIST) return timeOf(SECONDS_INDEX, readSmall(reader, 'A time'));
  const start = reader.offset;
  const count = readList(reader, 'A time');
  if (count === 0) return undefined;
  const choice = readSmall(reader, 'The choice of a time') ?? 0;
  let seconds: number | undefined;
  for (let index = 1; index < count; index++) {
    if (index === 1) seconds = readSeconds(reader);
    else skipElement(reader);
  }
  if (choice < 1 || choice > 3) {
    reader.fail(
      'SML_TIME_INVALID',
      `A time is an index (1), a timestamp (2) or a local one (3), not ${choice}.`,
      start,
    );
  }
  return timeOf(choice, seconds);
}

/** A number, or the first of timestamp, local offset and season's offset: the timestamp is UTC, the rest for display. */
function readSeconds(reader: ByteReader): number | undefined {
  if (reader.peek() === undefined || (reader.peek()! & 0x70) !== LIST) return readSmall(reader, 'A time');
  const { length } = readHead(reader);
  let seconds: number | undefined;
  for (let index = 0; index < length; index++) {
    if (index === 0) seconds = readSmall(reader, 'A timestamp');
    else skipElement(reader);
  }
  return seconds;
}

const LATEST = 0xffff_ffff;

function timeOf(choice: number, seconds: number | undefined): SmlTime | undefined {
  if (seconds === undefined || seconds < 0 || seconds > LATEST) return undefined;
  return choice === SECONDS_INDEX ? { secondsIndex: seconds } : { instant: seconds * 1000 };
}
