import { MAX_ELEMENTS } from './axdr.ts';
import { DATE_TIME_OCTETS, dateTimeAt, toInstant } from './date-time.ts';
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
/** The octets of a time with its tag and length. */
const TIME_OCTETS = 2 + DATE_TIME_OCTETS;
/** The octets of a number with its tag, by the tag; 0 for all that only the general way understands. */
const NUMBER_OCTETS = new Uint8Array(256);
for (const tag of [NULL_DATA, 255]) NUMBER_OCTETS[tag] = 1;
for (const tag of [15, UNSIGNED, 22, 28, 31]) NUMBER_OCTETS[tag] = 2;
for (const tag of [16, 18, 29, 32]) NUMBER_OCTETS[tag] = 3;
for (const tag of [5, DOUBLE_LONG_UNSIGNED, 30, 33]) NUMBER_OCTETS[tag] = 5;
for (const tag of [20, 21]) NUMBER_OCTETS[tag] = 9;

/** Rows of one shape follow each other mostly: such a run is read column by column, which takes no decision per cell. */
export function readProfileOctets(
  bytes: Uint8Array,
  start: number,
  layout: RowLayout,
): ReadBuffer | undefined {
  const { columnCount, clockAt } = layout;
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
  const numbers: Float64Array[] = [];
  for (let column = 0; column < columnCount; column++) numbers.push(new Float64Array(rowCount));
  const run: Run = { at, row: 0, end: 0, stride: 0, cells: [] };
  while (run.end < rowCount) {
    run.row = run.end;
    run.at = at;
    if (!measureRow(bytes, run, layout)) return undefined;
    run.end = endOfRun(bytes, run, rowCount);
    for (let column = 0; column < columnCount; column++) {
      const isRead =
        column === clockAt
          ? readTimes(bytes, run, numbers[column]!, layout)
          : readNumbers(bytes, run, numbers[column]!, run.cells[column]!);
      if (!isRead) return undefined;
    }
    at += (run.end - run.row) * run.stride;
  }
  if (at > bytes.length) return undefined;
  const columns = numbers.map((each) => ({ numbers: each, others: NO_OTHERS, exact: true }));
  return { rows: { times: numbers[clockAt]!, columns, warnings: NO_WARNINGS }, end: at };
}

/** Rows that have the same tags at the same places. */
interface Run {
  /** Where its first row begins. */
  at: number;
  /** From this row to the one before `end`. */
  row: number;
  end: number;
  /** Octets of a row. */
  stride: number;
  /** Where each cell begins in its row. */
  readonly cells: number[];
}

/** Finds the cells of the row at `run.at`, and answers whether all are of known lengths. */
function measureRow(bytes: Uint8Array, run: Run, { columnCount, clockAt }: RowLayout): boolean {
  const { at, cells } = run;
  if (bytes[at] !== STRUCTURE || bytes[at + 1] !== columnCount) return false;
  let cell = 2;
  for (let column = 0; column < columnCount; column++) {
    cells[column] = cell;
    const tag = bytes[at + cell]!;
    const octets = column === clockAt && tag === OCTET_STRING ? TIME_OCTETS : NUMBER_OCTETS[tag];
    if (!octets || (column === clockAt && tag !== OCTET_STRING && tag !== NULL_DATA)) return false;
    cell += octets;
  }
  run.stride = cell;
  return true;
}

function endOfRun(bytes: Uint8Array, { at: first, row, stride, cells }: Run, rowCount: number): number {
  let end = row + 1;
  for (let at = first + stride; end < rowCount; end++, at += stride) {
    if (bytes[at] !== STRUCTURE || bytes[at + 1] !== cells.length) return end;
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column]!;
      if (bytes[at + cell] !== bytes[first + cell]) return end;
    }
  }
  return end;
}

function readTimes(bytes: Uint8Array, run: Run, times: Float64Array, layout: RowLayout): boolean {
  const { row: first, end, stride } = run;
  const at = run.at + run.cells[layout.clockAt]!;
  if (bytes[at] === NULL_DATA) {
    const periodMs = layout.capturePeriodSeconds * 1000;
    if (first === 0 || periodMs <= 0) return false;
    for (let row = first; row < end; row++) times[row] = times[row - 1]! + periodMs;
    return true;
  }
  for (let row = first; row < end; row++) {
    const time = readTime(bytes, at + (row - first) * stride, layout.resolveLocalTime);
    if (time === undefined) return false;
    times[row] = time;
  }
  return true;
}

function readTime(
  bytes: Uint8Array,
  at: number,
  resolveLocalTime: RowLayout['resolveLocalTime'],
): number | undefined {
  if (bytes[at + 1] !== DATE_TIME_OCTETS || at + TIME_OCTETS > bytes.length) return undefined;
  const time = dateTimeAt(bytes, at + 2);
  if (time?.year === undefined || time.year < 1970 || time.year >= 2200) return undefined;
  return toInstant(time, resolveLocalTime);
}

/** Reads the column whose cell begins `cell` octets into its row, and answers whether it holds what is understood here. */
function readNumbers(
  bytes: Uint8Array,
  { at: runAt, row: first, end, stride }: Run,
  column: Float64Array,
  cell: number,
): boolean {
  let at = runAt + cell;
  const tag = bytes[at];
  if (tag === DOUBLE_LONG_UNSIGNED) {
    for (let row = first; row < end; row++, at += stride) column[row] = int32(bytes, at + 1) >>> 0;
    return true;
  }
  if (tag === UNSIGNED) {
    for (let row = first; row < end; row++, at += stride) column[row] = bytes[at + 1]!;
    return true;
  }
  for (let row = first; row < end; row++, at += stride) {
    if (!readNumber(bytes, at, column, row)) return false;
  }
  return true;
}

/** Writes the number whose tag stands at `at`, `NaN` for dont-care, and answers whether it could. */
function readNumber(bytes: Uint8Array, at: number, column: Float64Array, row: number): boolean {
  switch (bytes[at]) {
    case 0: // the same value again
      if (row === 0) return false;
      column[row] = column[row - 1]!;
      return true;
    case 5: // double-long
      column[row] = int32(bytes, at + 1);
      return true;
    case 18: // long-unsigned
      column[row] = (bytes[at + 1]! << 8) | bytes[at + 2]!;
      return true;
    case 16: // long
      column[row] = int16(bytes, at + 1);
      return true;
    case 22: // enum
      column[row] = bytes[at + 1]!;
      return true;
    case 15: // integer
      column[row] = int8(bytes, at + 1);
      return true;
    case 20: // long64
      return safe(column, row, int32(bytes, at + 1) * 0x1_0000_0000 + (int32(bytes, at + 5) >>> 0));
    case 21: // long64-unsigned
      return safe(column, row, (int32(bytes, at + 1) >>> 0) * 0x1_0000_0000 + (int32(bytes, at + 5) >>> 0));
    case 28: // delta-integer
      return changed(column, row, int8(bytes, at + 1));
    case 29: // delta-long
      return changed(column, row, int16(bytes, at + 1));
    case 30: // delta-double-long
      return changed(column, row, int32(bytes, at + 1));
    case 31: // delta-unsigned
      return changed(column, row, bytes[at + 1]!);
    case 32: // delta-long-unsigned
      return changed(column, row, (bytes[at + 1]! << 8) | bytes[at + 2]!);
    case 33: // delta-double-long-unsigned
      return changed(column, row, int32(bytes, at + 1) >>> 0);
    case 255: // dont-care
      column[row] = Number.NaN;
      return true;
    default:
      return false;
  }
}

/** A row can only change what the row before had; whole numbers that a double does not hold are not for here. */
function changed(column: Float64Array, row: number, delta: number): boolean {
  return row > 0 && safe(column, row, column[row - 1]! + delta);
}

function safe(column: Float64Array, row: number, value: number): boolean {
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) return false;
  column[row] = value;
  return true;
}

const int8 = (bytes: Uint8Array, at: number) => (bytes[at]! << 24) >> 24;
const int16 = (bytes: Uint8Array, at: number) => (((bytes[at]! << 8) | bytes[at + 1]!) << 16) >> 16;
const int32 = (bytes: Uint8Array, at: number) =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
