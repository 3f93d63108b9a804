import { isRefusal } from '@metermesh/decider';
import type { LocatedRow } from './upload-body.ts';
import { isRegisterRow, type IntervalRow } from './upload-row.ts';

/** Longest block made of single rows: a day of minutes. */
const MOST_VALUES = 1440;

/**
 * Rows that follow one another in time on one channel, as one row: a file of single values is not recorded as thousands of
 * events. Others stay alone.
 */
export function uploadBlocks(rows: readonly LocatedRow[]): LocatedRow[][] {
  const blocks: LocatedRow[][] = [];
  for (const located of rows) {
    const block = blocks.at(-1);
    if (block && continues(block, located)) block.push(located);
    else blocks.push([located]);
  }
  return blocks;
}

/** The rows of a block as one; undefined for a row that stands alone. */
export function joined(block: readonly LocatedRow[]): IntervalRow | undefined {
  if (block.length < 2) return undefined;
  const rows = block.map(({ row }) => row as IntervalRow);
  return { ...rows[0]!, values: rows.flatMap(({ values }) => values) };
}

function continues(block: readonly LocatedRow[], { row: next }: LocatedRow): boolean {
  const first = block[0]!.row;
  const last = block.at(-1)!.row;
  if (isRefusal(first) || isRefusal(last) || isRefusal(next)) return false;
  if (isRegisterRow(first) || isRegisterRow(last) || isRegisterRow(next)) return false;
  return (
    block.length < MOST_VALUES &&
    next.serialNumber === first.serialNumber &&
    next.channel === first.channel &&
    next.obis === first.obis &&
    next.unit === first.unit &&
    next.intervalSeconds === first.intervalSeconds &&
    next.start === last.start + last.values.length * last.intervalSeconds * 1000
  );
}
