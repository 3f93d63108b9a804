import { refuse, type Refusal } from '@metermesh/decider';
import { located, type LocatedRow } from './located-row.ts';

const MOST_ROWS = 200_000;

/** Rows of a JSON upload: a list, or `{"readings": […]}`. Refuses the whole with UPLOAD_UNREADABLE or UPLOAD_TOO_LARGE. */
export function jsonRows(body: string): LocatedRow[] | Refusal {
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
  if (list.length > MOST_ROWS) {
    return refuse(
      'UPLOAD_TOO_LARGE',
      `An upload holds at most ${MOST_ROWS} rows as JSON: send several, or CSV, which is read as it comes. Nothing was taken.`,
    );
  }
  return list.map((record, i) => located(i + 1, record));
}
