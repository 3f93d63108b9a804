import type { Refusal } from '@metermesh/decider';

export interface RowAnswer {
  line: number;
  status: 'accepted' | 'repeated' | 'refused';
  code?: string;
  message?: string;
}

/** What became of an upload. Each refused row waits in quarantine. */
export interface UploadAnswer {
  accepted: number;
  repeated: number;
  refused: number;
  rows: RowAnswer[];
  /** Why nothing was read behind a place of the file. */
  error?: { code: string; message: string };
}

/** Counts all rows, and names those that `isNamed` wants. */
export class AnswerSheet {
  readonly #counts = { accepted: 0, repeated: 0, refused: 0 };
  readonly #rows: RowAnswer[] = [];
  readonly #isNamed: (row: RowAnswer, named: number) => boolean;

  private constructor(isNamed: (row: RowAnswer, named: number) => boolean) {
    this.#isNamed = isNamed;
  }

  /** Names every row: for uploads that are in memory anyhow. */
  static ofEveryRow = () => new AnswerSheet(() => true);

  /** Names the first hundred refused rows, so that an answer is no longer the longer the file is. */
  static ofRefusals = () => new AnswerSheet(({ status }, named) => status === 'refused' && named < 100);

  add(row: RowAnswer): void {
    this.#counts[row.status] += 1;
    if (this.#isNamed(row, this.#rows.length)) this.#rows.push(row);
  }

  answer(refusal?: Refusal): UploadAnswer {
    const rows = this.#rows.toSorted((a, b) => a.line - b.line);
    return {
      ...this.#counts,
      rows,
      ...(refusal && { error: { code: refusal.code, message: refusal.message } }),
    };
  }
}
