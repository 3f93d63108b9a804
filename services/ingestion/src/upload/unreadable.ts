import { refuse, type Refusal } from '@metermesh/decider';

/** Thrown by readers of files where nothing behind a place can be told: what was read before stays recorded. */
export class UnreadableUpload extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export function unreadable(why: string): UnreadableUpload {
  return new UnreadableUpload(
    refuse(
      'UPLOAD_UNREADABLE',
      `${why}. What was whole before that is recorded and counted here; mend the file and send it again.`,
    ),
  );
}
