import type { AgreementEnded, AgreementStarted, AgreementTermsChanged } from '@metermesh/contracts';

/** What says which days an agreement covers. */
export type AgreementSpanEvent = AgreementStarted | AgreementEnded;

export type AgreementEvent = AgreementSpanEvent | AgreementTermsChanged;

/** Who pays for a usage point, over the local days [startsOn, endsOn). */
export interface AgreementSpan {
  readonly started: AgreementStarted;
  readonly ended?: AgreementEnded;
}

export interface Agreement extends AgreementSpan {
  /** In the order in which they were made. */
  readonly changes: readonly AgreementTermsChanged[];
}

/** Whether the agreement covers any day from `startsOn` on. */
export function coversFrom(startsOn: string, { started, ended }: AgreementSpan): boolean {
  return ended === undefined || (ended.endsOn > startsOn && ended.endsOn > started.startsOn);
}
