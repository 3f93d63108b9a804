import type { CosemData } from './axdr.ts';
import { dateTimeOf, deltaOf, isMissing, numberOf } from './cosem-value.ts';
import { toInstant, type ResolveLocalTime } from './date-time.ts';
import type { DecodeWarning } from '../measurement.ts';

/** The rows of a profile buffer, turned into columns: one item a row that has a time, in the order sent. */
export interface ProfileColumns {
  /** When the rows were captured, milliseconds since 1970. */
  readonly times: Float64Array;
  /** In the order of the capture objects; the clock's has no meaning here. */
  readonly columns: readonly ProfileColumn[];
  readonly warnings: readonly DecodeWarning[];
}

export interface ProfileColumn {
  /** `NaN` where the row has no number here. */
  readonly numbers: Float64Array;
  /** What is no number, or none that a double holds. */
  readonly others: readonly { readonly row: number; readonly data: CosemData }[];
  /** Whether all numbers are integers. */
  readonly exact: boolean;
}

export interface RowLayout {
  readonly columnCount: number;
  /** Which column has the capture time. */
  readonly clockAt: number;
  /** 0 where rows are captured by an event. */
  readonly capturePeriodSeconds: number;
  readonly resolveLocalTime?: ResolveLocalTime;
}

interface GrowingColumn extends ProfileColumn {
  readonly others: { row: number; data: CosemData }[];
  exact: boolean;
}

/**
 * `null-data` stands for what the row before allows to tell: the time one period later, or the same value again. A delta
 * is added to the row before. Rows that cannot be placed are left out with a warning.
 */
export function columnsOfRows(rows: readonly CosemData[], layout: RowLayout): ProfileColumns {
  const { columnCount, clockAt, capturePeriodSeconds, resolveLocalTime } = layout;
  const warnings: DecodeWarning[] = [];
  const columns = Array.from({ length: columnCount }, (): GrowingColumn => ({
    numbers: new Float64Array(rows.length).fill(Number.NaN),
    others: [],
    exact: true,
  }));
  const times = new Float64Array(rows.length);
  let placed = 0;
  let previousTime: number | undefined;
  let previous: readonly CosemData[] = [];
  rows.forEach((row, index) => {
    if (row.type !== 'structure' || row.value.length !== columnCount) {
      warnings.push({
        code: 'PROFILE_ROW_INVALID',
        message: `Row ${index} does not have the ${columnCount} captured values: left out.`,
      });
      return;
    }
    const time = rowTime(row.value[clockAt]!, previousTime, capturePeriodSeconds, resolveLocalTime);
    previousTime = time;
    const cells = row.value.map((cell, at) => resolveCell(cell, previous[at]));
    previous = cells;
    if (time === undefined) {
      warnings.push({
        code: 'PROFILE_ROW_WITHOUT_TIME',
        message: `The time of row ${index} is not known: left out.`,
      });
      return;
    }
    cells.forEach((cell, at) => {
      if (at !== clockAt) store(columns[at]!, cell, placed);
    });
    times[placed++] = time;
  });
  return { times: times.subarray(0, placed), columns, warnings };
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
  if (before === undefined) return { type: 'null-data' };
  return typeof before === 'number' && !Number.isInteger(before)
    ? { type: 'float64', value: before + delta }
    : { type: 'long64', value: BigInt(before) + BigInt(delta) };
}

function store(column: GrowingColumn, cell: CosemData, row: number): void {
  const raw = numberOf(cell);
  if (raw === undefined) {
    if (!isMissing(cell)) column.others.push({ row, data: cell });
  } else if (Number.isSafeInteger(Number(raw))) {
    column.numbers[row] = Number(raw);
  } else if (typeof raw === 'bigint') {
    column.others.push({ row, data: cell });
  } else {
    column.numbers[row] = raw;
    column.exact = false;
  }
}
