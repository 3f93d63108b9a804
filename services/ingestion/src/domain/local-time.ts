import { Temporal } from 'temporal-polyfill';

/**
 * The instant, in milliseconds, at which a clock in the zone shows `local`. Of the hour that comes twice in autumn it is
 * the first while the clock shows daylight saving time and the second after; the first too where the clock does not say.
 * A time skipped in spring is moved on, as clocks are.
 */
export function instantOfLocal(local: string, timeZone: string, daylightSaving?: boolean): number {
  const disambiguation = daylightSaving === false ? 'later' : 'compatible';
  return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
}

/** The instant as its place sees it: local time with offset, e.g. `2026-11-01T00:00:00+09:00`. */
export function localWithOffset(instant: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** How far local time is ahead of UTC then, in minutes. */
export function offsetMinutes(instant: number, timeZone: string): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  return offsetNanoseconds / 60_000_000_000;
}
