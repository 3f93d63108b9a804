import { localDayOf } from '@metermesh/metering';
import { billingPeriodAt, type Agreement } from '../billing-cycle/agreement.ts';
import type { Period } from '../rating/period.ts';

/** Up to when a run bills. */
export interface DueUntil {
  /** Periods are due that have ended, locally, by then; milliseconds since 1970. */
  readonly issuedAt: number;
  /** Local date: of those only the ones that end on it or before it. */
  readonly dueBy?: string | undefined;
}

/** Where the day ends last on earth: at a usage point whose time zone is not known a period is over when it is over everywhere. */
const LAST_TIME_ZONE = 'Etc/GMT+12';

/** The periods of an agreement that are due and have no bill that counts, oldest first. */
export function duePeriods(
  agreement: Agreement,
  timeZone: string = LAST_TIME_ZONE,
  { issuedAt, dueBy }: DueUntil,
  isBilled: (periodStart: string) => boolean,
): Period[] {
  const today = localDayOf(issuedAt, timeZone).date;
  const latestEnd = dueBy !== undefined && dueBy < today ? dueBy : today;
  const due: Period[] = [];
  let period = billingPeriodAt(agreement, agreement.startsOn);
  while (period && period.end <= latestEnd) {
    if (!isBilled(period.start)) due.push(period);
    period = billingPeriodAt(agreement, period.end);
  }
  return due;
}
