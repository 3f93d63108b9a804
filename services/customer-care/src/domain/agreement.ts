import type { AgreementEnded, AgreementStarted } from '@metermesh/contracts';

export type AgreementEvent = AgreementStarted | AgreementEnded;

/** Who pays for a usage point, over the local days [startsOn, endsOn). */
export interface Agreement {
  readonly started: AgreementStarted;
  readonly ended?: AgreementEnded;
}

/** Whether the agreement covers any day from `startsOn` on. */
export function coversFrom(startsOn: string, { started, ended }: Agreement): boolean {
  return ended === undefined || (ended.endsOn > startsOn && ended.endsOn > started.startsOn);
}
