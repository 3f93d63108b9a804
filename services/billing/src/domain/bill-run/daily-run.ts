import { Temporal } from 'temporal-polyfill';

/** When bills are run by themselves. */
export interface DailyRun {
  /** Local time, `HH:MM`. */
  readonly at: string;
  readonly timeZone: string;
}

/**
 * The run of a local day, once its time has come: with the same identifier for whoever looks, so that of several replicas,
 * and of one that was away at the time, one run comes.
 */
export function dailyRunId({ at, timeZone }: DailyRun, now: number): string | undefined {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return time >= at ? `daily-${local.toPlainDate().toString()}` : undefined;
}
