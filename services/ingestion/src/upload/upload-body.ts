import { refuse, type Refusal } from '@metermesh/decider';
import { CsvError, parse } from 'csv-parse';
import { HTTP_CSV, HTTP_JSON, type UploadSource } from './row-submission.ts';
import { readUploadRow, type UploadRow } from './upload-row.ts';

/** One row of an upload and where it stood. */
export interface LocatedRow {
  /** Line of the file (CSV, the header is line 1), or place in the list (JSON), counted from 1. */
  readonly line: number;
  /** The row as JSON text. */
  readonly text: string;
  readonly row: UploadRow | Refusal;
}

export interface UploadBody {
  readonly source: UploadSource;
  readonly rows: readonly LocatedRow[];
}

const MOST_ROWS = 200_000;

/** Rows of an upload by its content type. Refuses the whole where it cannot be told where a row begins. */
export async function readUploadBody(contentType: string, body: string): Promise<UploadBody | Refusal> {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/json') return readJson(body);
  if (type === 'text/csv') return readCsv(body);
  return refuse(
    'UPLOAD_TYPE_UNSUPPORTED',
    `Content type ${type || '(none)'} is not taken here: send application/json or text/csv.`,
  );
}

function readJson(body: string): UploadBody | Refusal {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    return refuse(
      'UPLOAD_UNREADABLE',
      `The body is not JSON (${(error as Error).message}): nothing was taken.`,
    );
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { readings?: unknown } | null)?.readings;
  if (!Array.isArray(list))
    return refuse('UPLOAD_UNREADABLE', 'The body is neither a list of readings nor {"readings": […]}.');
  if (list.length > MOST_ROWS) return tooMany();
  return { source: HTTP_JSON, rows: list.map((record, i) => located(i + 1, record)) };
}

async function readCsv(body: string): Promise<UploadBody | Refusal> {
  const rows: LocatedRow[] = [];
  const skip = (error: CsvError | undefined, raw: string | undefined) => {
    const row = refuse('UPLOAD_ROW_INVALID', `The row cannot be read: ${error?.message ?? 'it is no CSV'}.`);
    rows.push({ line: Number(error?.['lines'] ?? 0), text: raw ?? '', row });
    return undefined;
  };
  const parser = parse(body, {
    columns: (header: string[]) => header.map((name) => name.trim()),
    info: true,
    raw: true,
    bom: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: skip,
    max_record_size: 100_000,
  });
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: unknown;
      info: { lines: number };
    }>) {
      if (rows.length >= MOST_ROWS) return tooMany();
      rows.push(located(info.lines, record));
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse('UPLOAD_UNREADABLE', `The body is not CSV (${error.message}): nothing was taken.`);
  }
  return { source: HTTP_CSV, rows: rows.sort((a, b) => a.line - b.line) };
}

const located = (line: number, record: unknown): LocatedRow => ({
  line,
  text: JSON.stringify(record),
  row: readUploadRow(record),
});

const tooMany = () =>
  refuse('UPLOAD_TOO_LARGE', `An upload holds at most ${MOST_ROWS} rows: send several. Nothing was taken.`);
