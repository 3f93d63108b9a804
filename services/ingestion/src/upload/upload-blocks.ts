import { isRefusal } from '@metermesh/decider';
import type { LocatedRow } from './located-row.ts';
import { isRegisterRow, type IntervalRow } from './upload-row.ts';

/** Longest block made of single rows: a day of minutes. */
const MOST_VALUES = 1440;

/**
 * Rows that follow one another in time on one channel, as one block: a file of single values is not recorded as thousands
 * of events. Others stay alone. Holds back one block.
 */
export async function* uploadBlocks<Row extends LocatedRow>(
  rows: AsyncIterable<Row> | Iterable<Row>,
): AsyncGenerator<Row[]> {
  let block: Row[] = [];
  let values = 0;
  try {
    for await (const located of rows) {
      if (block.length > 0 && !(values < MOST_VALUES && continues(block, located))) {
        yield block;
        block = [];
        values = 0;
      }
      block.push(located);
      values += valuesOf(located);
    }
  } catch (error) {
    // A file that breaks off: what came before is good.
    if (block.length > 0) yield block;
    throw error;
  }
  if (block.length > 0) yield block;
}

export const valuesOf = ({ row }: LocatedRow): number =>
  isRefusal(row) || isRegisterRow(row) ? 1 : row.values.length;

/** The rows of a block as one; undefined for a row that stands alone. */
export function joined(block: readonly LocatedRow[]): IntervalRow | undefined {
  if (block.length < 2) return undefined;
  const rows = block.map(({ row }) => row as IntervalRow);
  const isJudged = rows.some(({ qualities }) => qualities);
  const qualities = rows.flatMap(({ qualities, values }) => qualities ?? values.map(() => 'actual' as const));
  return {
    ...rows[0]!,
    values: rows.flatMap(({ values }) => values),
    qualities: isJudged ? qualities : undefined,
  };
}

/** A row as it can be read again. */
export const recordOf = (row: IntervalRow): object => ({ ...row, start: new Date(row.start).toISOString() });

function continues(block: readonly LocatedRow[], { row: next }: LocatedRow): boolean {
  const first = block[0]!.row;
  const last = block.at(-1)!.row;
  if (isRefusal(first) || isRefusal(last) || isRefusal(next)) return false;
  if (isRegisterRow(first) || isRegisterRow(last) || isRegisterRow(next)) return false;
  return (
    next.serialNumber === first.serialNumber &&
    next.channel === first.channel &&
    next.obis === first.obis &&
    next.unit === first.unit &&
    next.accumulation === first.accumulation &&
    next.intervalSeconds === first.intervalSeconds &&
    next.start === last.start + last.values.length * last.intervalSeconds * 1000
  );
}
