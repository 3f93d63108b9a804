import { Temporal } from 'temporal-polyfill';
import type { PrepaymentPolicy } from './prepayment-policy.ts';

/** Longer than any row of holidays; a policy that leaves no hour in it never disconnects. */
const LOOK_AHEAD_DAYS = 60;

/**
 * The first instant, from `at` on, at which the policy lets a disconnection be asked for: on one of its weekdays, on no
 * holiday, between its hours, local time. Milliseconds; undefined where there is none in the next 60 days.
 */
export function disconnectableFrom(
  { disconnection }: PrepaymentPolicy,
  at: number,
  timeZone: string,
  isHoliday: (date: string) => boolean,
): number | undefined {
  const asked = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  for (let days = 0; days <= LOOK_AHEAD_DAYS; days++) {
    const date = asked.toPlainDate().add({ days });
    if (!disconnection.weekdays.includes(date.dayOfWeek) || isHoliday(date.toString())) continue;
    const [from, to] = [disconnection.from, disconnection.to].map(
      (time) =>
        date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds,
    ) as [number, number];
    if (at < to) return Math.max(at, from);
  }
  return undefined;
}

export function isDisconnectable(
  policy: PrepaymentPolicy,
  at: number,
  timeZone: string,
  isHoliday: (date: string) => boolean,
): boolean {
  return disconnectableFrom(policy, at, timeZone, isHoliday) === at;
}
