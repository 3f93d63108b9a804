import type { DecodedLoadProfile, DecodedMeasurement, DecodeWarning } from '../measurement.ts';
import type { CosemData } from './axdr.ts';
import { dateTimeOf, deltaOf, isMissing, numberOf, textOf, type ScalerUnit } from './cosem-value.ts';
import { toInstant, type ResolveLocalTime } from './date-time.ts';
import { accumulationOf, CLOCK, quantityName } from './obis.ts';
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

interface Column {
  readonly object: CaptureObject;
  /** One item a row; `undefined` where the row has no number here. */
  readonly numbers: (number | undefined)[];
  readonly others: { readonly row: number; readonly data: CosemData }[];
  exact: boolean;
}

/**
 * Names and times the rows of a buffer. A row's time is when it was captured: the end of its interval, which
 * becomes the interval's start here. `null-data` stands for what the row before allows to tell: the time one period
 * later, or the same value again. Rows that cannot be placed are left out with a warning; values that are no
 * integers, and all values where there is no period, become measurements of their own.
 */
export function decodeProfile(buffer: CosemData, description: ProfileDescription): DecodedProfile {
  const warnings: DecodeWarning[] = [];
  const { captureObjects, capturePeriodSeconds } = description;
  const clockAt = captureObjects.findIndex((object) => object.obis === CLOCK || object.classId === 8);
  const rows = buffer.type === 'array' || buffer.type === 'compact-array' ? buffer.value : [];
  if (clockAt < 0) {
    warnings.push({
      code: 'PROFILE_WITHOUT_CLOCK',
      message: `${rows.length} rows have no time: let the meter capture its clock (${CLOCK}).`,
    });
    return { loadProfiles: [], measurements: [], warnings };
  }
  const columns = captureObjects.map((object): Column => ({ object, numbers: [], others: [], exact: true }));
  const times = readRows(rows, columns, clockAt, description, warnings);
  const statusColumn = columns.find(({ object }) => /^0\.\d+\.96\.10\./.test(object.obis));
  const channels = columns.filter((column, at) => at !== clockAt && column !== statusColumn);
  const blocks = capturePeriodSeconds > 0 ? contiguousBlocks(times, capturePeriodSeconds * 1000) : [];
  const loadProfiles: DecodedLoadProfile[] = [];
  const measurements: DecodedMeasurement[] = [];
  for (const channel of channels) {
    const scaling = description.scalerUnit(channel.object.obis);
    const isProfile = capturePeriodSeconds > 0 && channel.exact;
    if (isProfile && channel.numbers.some((value) => value !== undefined)) {
      for (const block of blocks) {
        loadProfiles.push(toLoadProfile(channel, statusColumn, block, capturePeriodSeconds, scaling));
      }
    } else {
      channel.numbers.forEach((raw, row) => {
        if (raw !== undefined) {
          const data: CosemData = { type: 'float64', value: raw };
          measurements.push(toMeasurement(channel.object, data, times[row]!, scaling));
        }
      });
    }
    for (const { row, data } of channel.others) {
      measurements.push(toMeasurement(channel.object, data, times[row]!, scaling));
    }
  }
  return { loadProfiles, measurements, warnings };
}

/** Fills the columns, row by row, and answers the capture time of every row that has one. */
function readRows(
  rows: readonly CosemData[],
  columns: readonly Column[],
  clockAt: number,
  { capturePeriodSeconds, resolveLocalTime }: ProfileDescription,
  warnings: DecodeWarning[],
): number[] {
  const times: number[] = [];
  let previousTime: number | undefined;
  let previous: readonly CosemData[] = [];
  rows.forEach((row, index) => {
    if (row.type !== 'structure' || row.value.length !== columns.length) {
      warnings.push({
        code: 'PROFILE_ROW_INVALID',
        message: `Row ${index} does not have the ${columns.length} captured values: left out.`,
      });
      return;
    }
    const time = rowTime(row.value[clockAt]!, previousTime, capturePeriodSeconds, resolveLocalTime);
    previousTime = time;
    if (time === undefined) {
      warnings.push({
        code: 'PROFILE_ROW_WITHOUT_TIME',
        message: `The time of row ${index} is not known: left out.`,
      });
    } else {
      times.push(time);
    }
    const cells = row.value.map((cell, at) => resolveCell(cell, previous[at]));
    if (time !== undefined) {
      cells.forEach((cell, at) => {
        if (at !== clockAt) store(columns[at]!, cell, times.length - 1);
      });
    }
    previous = cells;
  });
  return times;
}

function rowTime(
  cell: CosemData,
  previous: number | undefined,
  periodSeconds: number,
  resolveLocalTime: ResolveLocalTime | undefined,
): number | undefined {
  if (cell.type === 'null-data') {
    return previous !== undefined && periodSeconds > 0 ? previous + periodSeconds * 1000 : undefined;
  }
  const time = dateTimeOf(cell);
  return time && toInstant(time, resolveLocalTime);
}

function resolveCell(cell: CosemData, previous: CosemData | undefined): CosemData {
  if (cell.type === 'null-data') return previous ?? cell;
  const delta = deltaOf(cell);
  if (delta === undefined) return cell;
  const before = previous && numberOf(previous);
  return before === undefined
    ? { type: 'null-data' }
    : { type: 'long64', value: BigInt(before) + BigInt(delta) };
}

function store(column: Column, cell: CosemData, row: number): void {
  const raw = numberOf(cell);
  if (raw === undefined) {
    column.numbers.push(undefined);
    if (!isMissing(cell)) column.others.push({ row, data: cell });
  } else if (Number.isSafeInteger(Number(raw))) {
    column.numbers.push(Number(raw));
  } else if (typeof raw === 'bigint') {
    column.numbers.push(undefined);
    column.others.push({ row, data: cell });
  } else {
    column.numbers.push(raw);
    column.exact = false;
  }
}

interface Block {
  /** Capture time of the first row, milliseconds since 1970. */
  readonly first: number;
  /** Interval of each row in the block, from 0, ascending. */
  readonly slots: number[];
  readonly firstRow: number;
}

/** Rows that lie whole periods apart, forwards, with holes of at most {@link MAX_FILLED_INTERVALS}. */
function contiguousBlocks(times: readonly number[], periodMs: number): Block[] {
  const blocks: Block[] = [];
  times.forEach((time, row) => {
    const block = blocks.at(-1);
    const slot = block ? (time - block.first) / periodMs : -1;
    const lastSlot = block?.slots.at(-1) ?? 0;
    if (block && Number.isInteger(slot) && slot > lastSlot && slot - lastSlot <= MAX_FILLED_INTERVALS) {
      block.slots.push(slot);
    } else {
      blocks.push({ first: time, slots: [0], firstRow: row });
    }
  });
  return blocks;
}

function toLoadProfile(
  channel: Column,
  statusColumn: Column | undefined,
  block: Block,
  intervalSeconds: number,
  scaling: ScalerUnit | undefined,
): DecodedLoadProfile {
  const { obis } = channel.object;
  const length = block.slots.at(-1)! + 1;
  const values = new Float64Array(length).fill(Number.NaN);
  const statuses = statusColumn && new Uint32Array(length);
  block.slots.forEach((slot, index) => {
    const row = block.firstRow + index;
    values[slot] = channel.numbers[row] ?? Number.NaN;
    if (statuses) statuses[slot] = statusColumn.numbers[row] ?? 0;
  });
  return {
    obis,
    quantity: quantityName(obis),
    unit: scaling && unitSymbol(scaling.unitCode),
    unitCode: scaling?.unitCode,
    scaler: scaling?.scaler ?? 0,
    accumulation: accumulationOf(obis),
    start: block.first - intervalSeconds * 1000,
    intervalSeconds,
    values,
    statuses,
  };
}

function toMeasurement(
  { obis }: CaptureObject,
  data: CosemData,
  time: number,
  scaling: ScalerUnit | undefined,
): DecodedMeasurement {
  return {
    obis,
    quantity: quantityName(obis),
    value: textOf(data, scaling?.scaler),
    unit: scaling && unitSymbol(scaling.unitCode),
    time: new Date(time).toISOString(),
    raw: numberOf(data),
    scaler: scaling?.scaler,
    unitCode: scaling?.unitCode,
  };
}
