import { Temporal } from 'temporal-polyfill';

/** A calendar day in a time zone: 23, 24 or 25 hours long where clocks change. */
export interface LocalDay {
  /** ISO 8601 calendar date. */
  readonly date: string;
  readonly timeZone: string;
  /** Instants in milliseconds; the day is half-open. */
  readonly start: number;
  readonly end: number;
}

export function localDay(date: string, timeZone: string): LocalDay {
  const day = Temporal.PlainDate.from(date);
  return {
    date: day.toString(),
    timeZone,
    start: startOfDay(day, timeZone),
    end: startOfDay(day.add({ days: 1 }), timeZone),
  };
}

/** The local day that the instant (milliseconds) lies in. */
export function localDayAt(instant: number, timeZone: string): LocalDay {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  return localDay(zoned.toPlainDate().toString(), timeZone);
}

/** How many whole intervals the day holds, e.g. 92, 96 or 100 quarter hours. Throws where they do not fill it. */
export function intervalsIn(day: LocalDay, intervalSeconds: number): number {
  const count = (day.end - day.start) / (intervalSeconds * 1000);
  if (!Number.isInteger(count))
    throw new RangeError(`Intervals of ${intervalSeconds} s do not fill ${day.date} in ${day.timeZone}.`);
  return count;
}

/** Every local day that shares an instant with [from, to), in order. */
export function* localDaysBetween(from: number, to: number, timeZone: string): Generator<LocalDay> {
  if (to <= from) return;
  for (let day = localDayAt(from, timeZone); day.start < to; day = localDayAt(day.end, timeZone)) yield day;
}

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function startOfDay(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds;
}
