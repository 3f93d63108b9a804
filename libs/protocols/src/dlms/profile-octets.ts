import { MAX_ELEMENTS } from './axdr.ts';
import { DATE_TIME_OCTETS, parseDateTime, toInstant } from './date-time.ts';
import type { ProfileColumn, ProfileColumns, RowLayout } from './profile-columns.ts';

/**
 * A profile buffer read from its octets straight into columns, which is what most of a push is. Only integers, deltas,
 * times, `null-data` and `dont-care` in whole rows are understood here; for anything else the answer is `undefined`,
 * and the general way (`readData`, then `columnsOfRows`) says what it means or what is wrong with it.
 */
export interface ReadBuffer {
  readonly rows: ProfileColumns;
  /** Where the octets after the buffer begin. */
  readonly end: number;
}

const ARRAY = 1;
const STRUCTURE = 2;
const NULL_DATA = 0;
const OCTET_STRING = 9;
const DOUBLE_LONG_UNSIGNED = 6;
const UNSIGNED = 17;
const NO_OTHERS: ProfileColumn['others'] = [];
const NO_WARNINGS: ProfileColumns['warnings'] = [];
/** The cursor answers this once something is not as expected. */
const UNUSUAL = -1;

export function readProfileOctets(
  bytes: Uint8Array,
  start: number,
  layout: RowLayout,
): ReadBuffer | undefined {
  const { columnCount, clockAt, resolveLocalTime } = layout;
  const periodMs = layout.capturePeriodSeconds * 1000;
  if (bytes[start] !== ARRAY || columnCount > 127) return undefined;
  const length = bytes[start + 1]!;
  const isLong = length === 0x82;
  if (length > 127 && length !== 0x81 && !isLong) return undefined;
  const rowCount =
    length < 128 ? length : isLong ? (bytes[start + 2]! << 8) | bytes[start + 3]! : bytes[start + 2]!;
  let at = start + (length < 128 ? 2 : isLong ? 4 : 3);
  const shortestRow = 2 + columnCount;
  if (rowCount * shortestRow > bytes.length - at || rowCount * shortestRow > MAX_ELEMENTS / 2)
    return undefined;
  const times = new Float64Array(rowCount);
  const numbers: Float64Array[] = [];
  for (let column = 0; column < columnCount; column++) {
    numbers.push(column === clockAt ? times : new Float64Array(rowCount));
  }
  for (let row = 0; row < rowCount; row++) {
    if (bytes[at] !== STRUCTURE || bytes[at + 1] !== columnCount) return undefined;
    at += 2;
    for (let column = 0; column < columnCount; column++) {
      // What nearly all cells of real profiles are is read here, without a call.
      const tag = bytes[at];
      if (column === clockAt) {
        if (tag === NULL_DATA && row > 0 && periodMs > 0) {
          times[row] = times[row - 1]! + periodMs;
          at += 1;
        } else at = readTime(bytes, at, times, row, resolveLocalTime);
      } else if (tag === DOUBLE_LONG_UNSIGNED) {
        numbers[column]![row] = int32(bytes, at + 1) >>> 0;
        at += 5;
      } else if (tag === UNSIGNED) {
        numbers[column]![row] = bytes[at + 1]!;
        at += 2;
      } else at = readNumber(bytes, at, numbers[column]!, row);
      if (at === UNUSUAL) return undefined;
    }
  }
  if (at > bytes.length) return undefined;
  const columns = numbers.map((each) => ({ numbers: each, others: NO_OTHERS, exact: true }));
  return { rows: { times, columns, warnings: NO_WARNINGS }, end: at };
}

function readTime(
  bytes: Uint8Array,
  at: number,
  times: Float64Array,
  row: number,
  resolveLocalTime: RowLayout['resolveLocalTime'],
): number {
  if (bytes[at] !== OCTET_STRING || bytes[at + 1] !== DATE_TIME_OCTETS) return UNUSUAL;
  const end = at + 2 + DATE_TIME_OCTETS;
  const time = parseDateTime(bytes.subarray(at + 2, end));
  if (time?.year === undefined || time.year < 1970 || time.year >= 2200) return UNUSUAL;
  const instant = toInstant(time, resolveLocalTime);
  if (instant === undefined) return UNUSUAL;
  times[row] = instant;
  return end;
}

/** Writes the number that begins at `at`, `NaN` for dont-care, and answers where the next value begins. */
function readNumber(bytes: Uint8Array, at: number, column: Float64Array, row: number): number {
  switch (bytes[at]) {
    case 0: // the same value again
      if (row === 0) return UNUSUAL;
      column[row] = column[row - 1]!;
      return at + 1;
    case 5: // double-long
      column[row] = int32(bytes, at + 1);
      return at + 5;
    case 18: // long-unsigned
      column[row] = (bytes[at + 1]! << 8) | bytes[at + 2]!;
      return at + 3;
    case 16: // long
      column[row] = int16(bytes, at + 1);
      return at + 3;
    case 22: // enum
      column[row] = bytes[at + 1]!;
      return at + 2;
    case 15: // integer
      column[row] = int8(bytes, at + 1);
      return at + 2;
    case 20: // long64
      return safe(column, row, int32(bytes, at + 1) * 0x1_0000_0000 + (int32(bytes, at + 5) >>> 0), at + 9);
    case 21: // long64-unsigned
      return safe(
        column,
        row,
        (int32(bytes, at + 1) >>> 0) * 0x1_0000_0000 + (int32(bytes, at + 5) >>> 0),
        at + 9,
      );
    case 28: // delta-integer
      return changed(column, row, int8(bytes, at + 1), at + 2);
    case 29: // delta-long
      return changed(column, row, int16(bytes, at + 1), at + 3);
    case 30: // delta-double-long
      return changed(column, row, int32(bytes, at + 1), at + 5);
    case 31: // delta-unsigned
      return changed(column, row, bytes[at + 1]!, at + 2);
    case 32: // delta-long-unsigned
      return changed(column, row, (bytes[at + 1]! << 8) | bytes[at + 2]!, at + 3);
    case 33: // delta-double-long-unsigned
      return changed(column, row, int32(bytes, at + 1) >>> 0, at + 5);
    case 255: // dont-care
      column[row] = Number.NaN;
      return at + 1;
    default:
      return UNUSUAL;
  }
}

/** A row can only change what the row before had; whole numbers that a double does not hold are not for here. */
function changed(column: Float64Array, row: number, delta: number, next: number): number {
  return row === 0 ? UNUSUAL : safe(column, row, column[row - 1]! + delta, next);
}

function safe(column: Float64Array, row: number, value: number, next: number): number {
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) return UNUSUAL;
  column[row] = value;
  return next;
}

const int8 = (bytes: Uint8Array, at: number) => (bytes[at]! << 24) >> 24;
const int16 = (bytes: Uint8Array, at: number) => (((bytes[at]! << 8) | bytes[at + 1]!) << 16) >> 16;
const int32 = (bytes: Uint8Array, at: number) =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
