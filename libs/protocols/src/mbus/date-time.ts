import type { ResolveLocalTime } from '../dlms/date-time.ts';

/** A point in time, twice: writing one as the other is what decoding a date would cost most. */
export interface Instant {
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  /** ISO 8601 in UTC. */
  readonly iso: string;
}

/** A date, a time of day or both, as a meter's clock shows them. */
export interface MeterTime {
  /** `YYYY-MM-DD`, `hh:mm:ss`, or `YYYY-MM-DD hh:mm:ss`. */
  readonly text: string;
  /** The clock's reading as if it were UTC; absent for a time of day alone. */
  readonly local?: Instant;
  readonly isDateOnly: boolean;
  /** The meter says that it does not trust its clock. */
  readonly invalid: boolean;
  readonly daylightSaving?: boolean;
}

const INVALID = 0x80;

/**
 * Reads types G (2 octets, date), J (3, time of day), F (4, to the minute) and I (6, to the second) of EN 13757-3,
 * Annex A. `undefined` for other widths and where no such day exists, which is how meters say "none" or "every".
 */
export function readMeterTime(bytes: Uint8Array, at: number, octets: number): MeterTime | undefined {
  switch (octets) {
    case 2:
      return dateOf(bytes[at]!, bytes[at + 1]!);
    case 3:
      return timeOfDay(bytes, at);
    case 4:
      return toTheMinute(bytes, at);
    case 6:
      return toTheSecond(bytes, at);
    default:
      return undefined;
  }
}

/** Day and month octets: the year's lower three bits are above the day, its upper four above the month. */
function yearOf(day: number, month: number): number {
  return (day >> 5) | ((month & 0xf0) >> 1);
}

const CENTURY = 1900;
/** Above it a year is no year: 127 is every year. */
const LAST_YEAR = 99;
/** Years 0 to 80 without a century are of this one (EN 13757-3, Annex A, type F). */
const YEARS_OF_2000 = 80;

function fullYear(year: number, hundreds = 0): number | undefined {
  if (year > LAST_YEAR) return undefined;
  if (hundreds > 0) return CENTURY + 100 * hundreds + year;
  return year <= YEARS_OF_2000 ? 2000 + year : CENTURY + year;
}

/** Meters of one fleet send the same few days again and again. */
const knownDates = new Map<number, MeterTime | undefined>();
const KNOWN_LIMIT = 4096;

function dateOf(day: number, month: number): MeterTime | undefined {
  const packed = (month << 8) | day;
  if (knownDates.has(packed)) return knownDates.get(packed);
  const date = compose({ year: fullYear(yearOf(day, month)), month: month & 0x0f, day: day & 0x1f });
  if (knownDates.size >= KNOWN_LIMIT) knownDates.clear();
  knownDates.set(packed, date);
  return date;
}

function toTheMinute(bytes: Uint8Array, at: number): MeterTime | undefined {
  const minute = bytes[at]!;
  const hour = bytes[at + 1]!;
  const day = bytes[at + 2]!;
  const month = bytes[at + 3]!;
  return compose({
    year: fullYear(yearOf(day, month), (hour >> 5) & 0x03),
    month: month & 0x0f,
    day: day & 0x1f,
    hour: hour & 0x1f,
    minute: minute & 0x3f,
    second: 0,
    invalid: (minute & INVALID) !== 0,
    daylightSaving: (hour & 0x80) !== 0,
  });
}

function toTheSecond(bytes: Uint8Array, at: number): MeterTime | undefined {
  const [day, month] = [bytes[at + 3]!, bytes[at + 4]!];
  return compose({
    year: fullYear(yearOf(day, month)),
    month: month & 0x0f,
    day: day & 0x1f,
    hour: bytes[at + 2]! & 0x1f,
    minute: bytes[at + 1]! & 0x3f,
    second: bytes[at]! & 0x3f,
    invalid: (bytes[at + 1]! & INVALID) !== 0,
    daylightSaving: (bytes[at]! & 0x40) !== 0,
  });
}

function timeOfDay(bytes: Uint8Array, at: number): MeterTime | undefined {
  const [second, minute, hour] = [bytes[at]! & 0x3f, bytes[at + 1]! & 0x3f, bytes[at + 2]! & 0x1f];
  if (second > 59 || minute > 59 || hour > 23) return undefined;
  return { text: `${two(hour)}:${two(minute)}:${two(second)}`, isDateOnly: false, invalid: false };
}

interface Parts {
  year: number | undefined;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  invalid?: boolean;
  daylightSaving?: boolean;
}

function compose(parts: Parts): MeterTime | undefined {
  const { year, month, day, hour, minute = 0, second = 0, invalid = false, daylightSaving } = parts;
  if (year === undefined || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if ((hour ?? 0) > 23 || minute > 59 || second > 59) return undefined;
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = hour === undefined ? '00:00:00' : `${two(hour)}:${two(minute)}:${two(second)}`;
  return {
    text: hour === undefined ? date : `${date} ${time}`,
    local: {
      epochMs: Date.UTC(year, month - 1, day, hour ?? 0, minute, second),
      iso: `${date}T${time}.000Z`,
    },
    isDateOnly: hour === undefined,
    invalid,
    daylightSaving,
  };
}

const two = (part: number) => (part < 10 ? `0${part}` : String(part));

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return DAYS[month - 1]! + (isLeap ? 1 : 0);
}

/** Meters send local time without saying how far it is from UTC: `resolveLocal` knows, else it is taken as UTC. */
export function instantOf(time: MeterTime, resolveLocal?: ResolveLocalTime): Instant | undefined {
  if (time.local === undefined || !resolveLocal) return time.local;
  const epochMs = resolveLocal(time.local.iso.slice(0, -1), time.daylightSaving);
  return { epochMs, iso: new Date(epochMs).toISOString() };
}
