import type { DecodedLoadProfile, DecodedMeasurement, DecodeWarning } from '../measurement.ts';
import type { CosemData } from './axdr.ts';
import { numberOf, textOf, type ScalerUnit } from './cosem-value.ts';
import { isoInstant, type ResolveLocalTime } from './date-time.ts';
import { CLOCK, obisMeaning } from './obis.ts';
import { columnsOfRows, type ProfileColumn, type ProfileColumns } from './profile-columns.ts';
import { unitSymbol } from './units.ts';

/** Profile generic, class 7 (IEC 62056-6-2, 4.3.6): a buffer whose columns are the captured attributes. */
export interface CaptureObject {
  readonly classId: number;
  readonly obis: string;
  readonly attribute: number;
}

export interface ProfileDescription {
  readonly captureObjects: readonly CaptureObject[];
  /** Seconds between rows; 0 where rows are captured by an event (e.g. end of the billing period). */
  readonly capturePeriodSeconds: number;
  readonly scalerUnit: (obis: string) => ScalerUnit | undefined;
  readonly resolveLocalTime?: ResolveLocalTime;
}

export interface DecodedProfile {
  readonly loadProfiles: readonly DecodedLoadProfile[];
  readonly measurements: readonly DecodedMeasurement[];
  readonly warnings: readonly DecodeWarning[];
}

/** A longer hole than this begins a new load profile: a hostile clock must not make us fill years. */
const MAX_FILLED_INTERVALS = 96;

/** Which of the captured attributes tells when a row was captured; -1 where none does. */
export function clockColumnOf(captured: readonly CaptureObject[]): number {
  return captured.findIndex(({ classId, obis }) => obis === CLOCK || classId === 8);
}

/**
 * Names and times the rows of a buffer. A row's time is when it was captured: the end of its interval, which
 * becomes the interval's start here. Values that are no integers, and all values where there is no period, become
 * measurements of their own.
 */
export function decodeProfile(buffer: CosemData, description: ProfileDescription): DecodedProfile {
  const { captureObjects, capturePeriodSeconds, resolveLocalTime } = description;
  const rows = buffer.type === 'array' || buffer.type === 'compact-array' ? buffer.value : [];
  const clockAt = clockColumnOf(captureObjects);
  if (clockAt < 0) {
    const message = `${rows.length} rows have no time: let the meter capture its clock (${CLOCK}).`;
    return { loadProfiles: [], measurements: [], warnings: [{ code: 'PROFILE_WITHOUT_CLOCK', message }] };
  }
  const layout = { columnCount: captureObjects.length, clockAt, capturePeriodSeconds, resolveLocalTime };
  return nameColumns(columnsOfRows(rows, layout), description);
}

/** {@link decodeProfile} of rows that are in columns already. */
export function nameColumns(
  { times, columns, warnings }: ProfileColumns,
  { captureObjects, capturePeriodSeconds, scalerUnit }: ProfileDescription,
): DecodedProfile {
  const clockAt = clockColumnOf(captureObjects);
  const statusAt = captureObjects.findIndex(({ obis }) => obisMeaning(obis).isStatus);
  const statuses = columns[statusAt]?.numbers;
  const blocks = capturePeriodSeconds > 0 ? contiguousBlocks(times, capturePeriodSeconds * 1000) : [];
  const loadProfiles: DecodedLoadProfile[] = [];
  const measurements: DecodedMeasurement[] = [];
  for (const [at, column] of columns.entries()) {
    if (at === clockAt || at === statusAt) continue;
    const object = captureObjects[at]!;
    const scaling = scalerUnit(object.obis);
    if (capturePeriodSeconds > 0 && column.exact) {
      if (hasNumbers(column, times.length)) {
        for (const block of blocks) {
          loadProfiles.push(
            toLoadProfile(object.obis, column, statuses, block, capturePeriodSeconds, scaling),
          );
        }
      }
    } else {
      addMeasurements(object, column, times, scaling, measurements);
    }
    for (const { row, data } of column.others) {
      measurements.push(toMeasurement(object, data, times[row]!, scaling));
    }
  }
  return { loadProfiles, measurements, warnings };
}

function hasNumbers({ numbers }: ProfileColumn, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (!Number.isNaN(numbers[row])) return true;
  return false;
}

function addMeasurements(
  object: CaptureObject,
  { numbers }: ProfileColumn,
  times: Float64Array,
  scaling: ScalerUnit | undefined,
  measurements: DecodedMeasurement[],
): void {
  times.forEach((time, row) => {
    const value = numbers[row]!;
    if (Number.isNaN(value)) return;
    measurements.push(toMeasurement(object, { type: 'float64', value }, time, scaling));
  });
}

/** Rows that lie whole periods apart, forwards, with holes of at most {@link MAX_FILLED_INTERVALS}. */
interface Block {
  readonly firstRow: number;
  /** Capture time of the first row, milliseconds since 1970. */
  readonly firstTime: number;
  /** Interval of each row in the block, from 0, ascending; absent where there are no holes. */
  slots?: number[];
  rows: number;
  /** From the first row to the last, holes included. */
  intervals: number;
  /** Of its rows, shared by its channels. */
  statuses?: Uint32Array;
}

function contiguousBlocks(times: Float64Array, periodMs: number): Block[] {
  const blocks: Block[] = [];
  let block: Block | undefined;
  for (let row = 0; row < times.length; row++) {
    if (block && !block.slots) {
      const regular = regularRows(times, row, periodMs);
      block.rows += regular;
      block.intervals += regular;
      row += regular;
      if (row === times.length) break;
    }
    const elapsed = row === 0 ? 0 : times[row]! - times[row - 1]!;
    const step = elapsed / periodMs;
    if (block && step >= 1 && step <= MAX_FILLED_INTERVALS && Number.isInteger(step)) {
      if (step > 1) block.slots ??= Array.from({ length: block.rows }, (_, index) => index);
      block.slots?.push(block.intervals - 1 + step);
      block.rows += 1;
      block.intervals += step;
    } else {
      block = { firstRow: row, firstTime: times[row]!, rows: 1, intervals: 1 };
      blocks.push(block);
    }
  }
  return blocks;
}

/** How many rows from `first` on were captured one period after the row before. */
function regularRows(times: Float64Array, first: number, periodMs: number): number {
  let row = first;
  while (row < times.length && times[row]! - times[row - 1]! === periodMs) row++;
  return row - first;
}

function toLoadProfile(
  obis: string,
  { numbers }: ProfileColumn,
  statusNumbers: Float64Array | undefined,
  block: Block,
  intervalSeconds: number,
  scaling: ScalerUnit | undefined,
): DecodedLoadProfile {
  const { quantity, accumulation } = obisMeaning(obis);
  return {
    obis,
    quantity,
    unit: scaling && unitSymbol(scaling.unitCode),
    unitCode: scaling?.unitCode,
    scaler: scaling?.scaler ?? 0,
    accumulation,
    start: block.firstTime - intervalSeconds * 1000,
    intervalSeconds,
    values: valuesOf(numbers, block),
    statuses: statusNumbers && (block.statuses ??= statusesOf(statusNumbers, block)),
  };
}

function valuesOf(numbers: Float64Array, { firstRow, rows, intervals, slots }: Block): Float64Array {
  if (!slots) return rows === numbers.length ? numbers : numbers.slice(firstRow, firstRow + rows);
  const values = new Float64Array(intervals).fill(Number.NaN);
  slots.forEach((slot, index) => (values[slot] = numbers[firstRow + index]!));
  return values;
}

/** A row without a status is taken for one with none to tell: `NaN` becomes 0. */
function statusesOf(numbers: Float64Array, { firstRow, rows, intervals, slots }: Block): Uint32Array {
  const statuses = new Uint32Array(intervals);
  for (let index = 0; index < rows; index++)
    statuses[slots ? slots[index]! : index] = numbers[firstRow + index]!;
  return statuses;
}

function toMeasurement(
  { obis }: CaptureObject,
  data: CosemData,
  time: number,
  scaling: ScalerUnit | undefined,
): DecodedMeasurement {
  return {
    obis,
    quantity: obisMeaning(obis).quantity,
    value: textOf(data, scaling?.scaler),
    unit: scaling && unitSymbol(scaling.unitCode),
    time: isoInstant(time),
    raw: numberOf(data),
    scaler: scaling?.scaler,
    unitCode: scaling?.unitCode,
  };
}
