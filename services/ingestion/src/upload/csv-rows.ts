import { pipeline, Readable } from 'node:stream';
import { refuse } from '@metermesh/decider';
import { CsvError, parse } from 'csv-parse';
import { located, type LocatedRow } from './located-row.ts';
import { unreadable } from './unreadable.ts';

/** Longest row, in octets. */
const LONGEST_ROW = 100_000;

/**
 * Rows of a CSV file as they come in; a row that cannot be read is a refused row. Throws an {@link unreadable} upload where
 * it cannot be told where a row begins.
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LocatedRow> {
  const skipped: LocatedRow[] = [];
  const parser = parse({
    columns: (header: string[]) => header.map((name) => name.trim()),
    info: true,
    raw: true,
    bom: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      if (error?.code === 'CSV_MAX_RECORD_SIZE') {
        parser.destroy(unreadable(`Line ${error['lines']} is longer than ${LONGEST_ROW} octets`));
        return undefined;
      }
      const row = refuse(
        'UPLOAD_ROW_INVALID',
        `The row cannot be read: ${error?.message ?? 'it is no CSV'}.`,
      );
      skipped.push({ line: Number(error?.['lines'] ?? 0), record: raw ?? '', row });
      return undefined;
    },
    max_record_size: LONGEST_ROW,
  });
  pipeline(Readable.from(chunks), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: unknown;
      info: { lines: number };
    }>) {
      yield* skipped.splice(0);
      yield located(info.lines, record);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(`The body is not CSV (${error.message})`);
  }
  yield* skipped;
}
