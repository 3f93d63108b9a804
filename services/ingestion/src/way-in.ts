import type { Submission } from './submission.ts';

/** What quarantine keeps of a submission, besides why. */
export interface KeptFrame {
  readonly payload: Uint8Array;
  readonly context: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A way in which submissions come, and how what quarantine kept of one becomes submissions again. */
export interface WayIn {
  /** As its submissions name it. */
  readonly source: string;
  /** Whether its payloads are text, for operators to read. */
  readonly isText?: boolean;
  submissionsOf(kept: KeptFrame): readonly Submission[] | Promise<readonly Submission[]>;
}
