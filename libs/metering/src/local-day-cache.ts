import { localDayAt, type LocalDay } from './local-day.ts';

const UTC_DAY = 86_400_000;
const MOST_DAYS = 20_000;

const known = new Map<string, LocalDay[]>();

/**
 * {@link localDayAt}, remembered: fleets ask for the same few days of the same few zones over and over, and calendar
 * arithmetic is a thousand times dearer than a look-up. Time zone rules do not change while a process runs.
 */
export function localDayOf(instant: number, timeZone: string): LocalDay {
  const key = `${timeZone} ${Math.floor(instant / UTC_DAY)}`;
  const candidates = known.get(key) ?? [];
  const found = candidates.find((day) => day.start <= instant && instant < day.end);
  if (found) return found;
  const day = localDayAt(instant, timeZone);
  if (known.size >= MOST_DAYS) known.clear();
  known.set(key, [...candidates, day]);
  return day;
}
