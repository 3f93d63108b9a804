import { readUploadRow, type UploadRow } from './upload-row.ts';
import type { Refusal } from '@metermesh/decider';

/** One row of an upload and where it stood. */
export interface LocatedRow {
  /** Line of the file (CSV: the header is line 1; XML: of its first reading), or place in the list (JSON), counted from 1. */
  readonly line: number;
  /** As it was read: quarantine keeps it as JSON text. */
  readonly record: unknown;
  readonly row: UploadRow | Refusal;
}

export const located = (line: number, record: unknown): LocatedRow => ({
  line,
  record,
  row: readUploadRow(record),
});
