import { localDayAt } from '@metermesh/metering';

/** Local dates, half-open, between which somebody may see a usage point's data; no end: until now and on. */
export interface Window {
  readonly startsOn: string;
  readonly endsOn?: string | undefined;
}

/** Whether the instant's local day lies in one of the windows. */
export function isVisibleAt(instant: Date, timeZone: string, windows: readonly Window[]): boolean {
  return isVisibleDuring({ installedAt: instant, removedAt: instant }, timeZone, windows);
}

/** Whether something of [installedAt, removedAt) lies in one of the windows. */
export function isVisibleDuring(
  { installedAt, removedAt }: { installedAt: Date; removedAt: Date | null },
  timeZone: string,
  windows: readonly Window[],
): boolean {
  const first = localDayAt(installedAt.getTime(), timeZone).date;
  const last = removedAt && localDayAt(removedAt.getTime(), timeZone).date;
  return windows.some(
    ({ startsOn, endsOn }) => (last === null || last >= startsOn) && (endsOn === undefined || first < endsOn),
  );
}
