import { localDay } from '@metermesh/metering';
import type { AccessWindow } from '@metermesh/service-kit';
import type { TimeSpan } from '../projections/load-profile-answer.ts';

/** Before and after all readings; still instants that databases and calendars can hold. */
const ALWAYS_FROM = Date.UTC(1900, 0, 1);
const ALWAYS_TO = Date.UTC(2200, 0, 1);

/** The instants that windows of local dates let the caller see. */
export function visibleSpans(windows: readonly AccessWindow[], timeZone: string): TimeSpan[] {
  return windows.map(({ startsOn, endsOn }) => ({
    from: startsOn < '1900-01-01' ? ALWAYS_FROM : localDay(startsOn, timeZone).start,
    to: endsOn === undefined ? ALWAYS_TO : localDay(endsOn, timeZone).start,
  }));
}
