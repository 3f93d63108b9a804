import type { ResolveLocalTime } from '../dlms/date-time.ts';

const HOUR = 3_600_000;

/**
 * The instant of a P1 timestamp `YYMMDDhhmmssX` (DSMR P1 5.0, 6.4), milliseconds since 1970. X is S in summer time and
 * W in winter time; telegrams before 4.0 have none. P1 is local time: `resolve` decides for clocks of another zone, and
 * where there is none it is Central European Time (S is UTC+2, W is UTC+1, none is by the rule of directive 2000/84/EC).
 * `undefined` for text that is no time.
 */
export function parseTimestamp(
  text: string,
  resolve: ResolveLocalTime = centralEuropean,
): number | undefined {
  if (!isTimestamp(text)) return undefined;
  const part = (at: number) => Number(text.slice(at, at + 2));
  // A clock that was never set begins in 1970; no P1 port is older than 2008.
  const year = part(0) + (part(0) >= 70 ? 1900 : 2000);
  const local = Date.UTC(year, part(2) - 1, part(4), part(6), part(8), part(10));
  const date = new Date(local);
  const isDate = date.getUTCMonth() === part(2) - 1 && date.getUTCDate() === part(4);
  if (!isDate || part(6) > 23 || part(8) > 59 || part(10) > 59) return undefined;
  return resolve(date.toISOString().slice(0, -1), text[12] === undefined ? undefined : text[12] === 'S');
}

/** Twelve digits, and S or W or nothing. */
export function isTimestamp(text: string): boolean {
  if (text.length !== 12 && !(text.length === 13 && (text[12] === 'S' || text[12] === 'W'))) return false;
  for (let at = 0; at < 12; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** Central European Time; the hour that comes twice is its first pass where the clock does not say. */
export const centralEuropean: ResolveLocalTime = (local, daylightSaving) => {
  const utc = Date.parse(`${local}Z`);
  return utc - ((daylightSaving ?? isSummerTime(utc - 2 * HOUR)) ? 2 : 1) * HOUR;
};

/** Directive 2000/84/EC: from the last Sunday in March to the last Sunday in October, both at 01:00 UTC. */
export function isSummerTime(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  return instant >= lastSunday(year, 2) + HOUR && instant < lastSunday(year, 9) + HOUR;
}

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return last.setUTCDate(last.getUTCDate() - last.getUTCDay());
}

/** `YYMMDDhhmmssX` of an instant in Central European Time. */
export function formatTimestamp(instant: number): string {
  const summer = isSummerTime(instant);
  const local = new Date(instant + (summer ? 2 : 1) * HOUR).toISOString();
  return local.slice(2, 19).replace(/[-:T]/g, '') + (summer ? 'S' : 'W');
}
