/**
 * The 12-octet COSEM date-time (IEC 62056-6-2, 4.1.6.1): year, month, day, day of week, hour, minute, second,
 * hundredths, deviation, clock status. A part that is `undefined` was not specified by the meter.
 */
export interface CosemDateTime {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly hundredths?: number;
  /** Minutes from local time to UTC: UTC = local + deviation, so −120 is UTC+02:00. */
  readonly deviation?: number;
  readonly status: ClockStatus;
}

/** What the clock says of itself (the last octet). 0xFF, status not specified, claims nothing. */
export interface ClockStatus {
  readonly invalid: boolean;
  readonly doubtful: boolean;
  readonly differentBase: boolean;
  /** Undefined where the clock does not say. */
  readonly daylightSaving?: boolean;
}

/**
 * Tells the instant of a local time that came without a deviation; asked only then. `daylightSaving`, where the clock
 * says, tells the two passes of the hour apart that comes twice in autumn.
 */
export type ResolveLocalTime = (local: string, daylightSaving?: boolean) => number;

export const DATE_TIME_OCTETS = 12;
const UNSPECIFIED = 0xff;
const DEVIATION_UNSPECIFIED = -0x8000;

/** Reads exactly 12 octets; `undefined` where they are no date-time (another length, or parts out of range). */
export function parseDateTime(bytes: Uint8Array): CosemDateTime | undefined {
  return bytes.length === DATE_TIME_OCTETS ? dateTimeAt(bytes, 0) : undefined;
}

/** {@link parseDateTime} of the 12 octets that begin at `at`, which have to be there. */
export function dateTimeAt(bytes: Uint8Array, at: number): CosemDateTime | undefined {
  const year = (bytes[at]! << 8) | bytes[at + 1]!;
  const deviation = (((bytes[at + 9]! << 8) | bytes[at + 10]!) << 16) >> 16;
  const status = bytes[at + 11]!;
  const time: CosemDateTime = {
    year: year === 0xffff ? undefined : year,
    month: part(bytes[at + 2]!),
    day: part(bytes[at + 3]!),
    hour: part(bytes[at + 5]!),
    minute: part(bytes[at + 6]!),
    second: part(bytes[at + 7]!),
    hundredths: part(bytes[at + 8]!),
    deviation: deviation === DEVIATION_UNSPECIFIED ? undefined : deviation,
    status: status === UNSPECIFIED ? NOTHING_CLAIMED : clockStatus(status),
  };
  return plausible(time) ? time : undefined;
}

const part = (octet: number) => (octet === UNSPECIFIED ? undefined : octet);

const NOTHING_CLAIMED: ClockStatus = { invalid: false, doubtful: false, differentBase: false };

function clockStatus(octet: number): ClockStatus {
  return {
    invalid: (octet & 0x01) !== 0 || (octet & 0x08) !== 0,
    doubtful: (octet & 0x02) !== 0,
    differentBase: (octet & 0x04) !== 0,
    daylightSaving: (octet & 0x80) !== 0,
  };
}

function plausible(time: CosemDateTime): boolean {
  const { year, month, day, hour, minute, second, hundredths, deviation } = time;
  return (
    within(year, 1, 9999) &&
    (within(month, 1, 12) || within(month, 0xfd, 0xfe)) &&
    (within(day, 1, 31) || within(day, 0xfd, 0xfe)) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59) &&
    within(hundredths, 0, 99) &&
    within(deviation, -840, 840)
  );
}

const within = (value: number | undefined, least: number, most: number) =>
  value === undefined || (value >= least && value <= most);

/**
 * Milliseconds since 1970 of a date-time whose date and hour are all given; `undefined` for any other. Without a
 * deviation `resolveLocal` decides, and where there is none, local time is taken as UTC.
 */
export function toInstant(time: CosemDateTime, resolveLocal?: ResolveLocalTime): number | undefined {
  const { year, month, day, hour, minute = 0, second = 0, hundredths = 0, deviation, status } = time;
  if (year === undefined || month === undefined || day === undefined || hour === undefined) return undefined;
  if (month > 12 || day > daysInMonth(year, month)) return undefined;
  const local =
    daysSince1970(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    hundredths * 10;
  if (deviation !== undefined) return local + deviation * 60_000;
  return resolveLocal
    ? resolveLocal(new Date(local).toISOString().slice(0, -1), status.daylightSaving)
    : local;
}

let lastDay = Number.NaN;
let lastDate = '';

/** ISO 8601 in UTC, as `Date` writes it. The readings of a frame are of one day mostly, whose date is written once. */
export function isoInstant(epochMs: number): string {
  const day = Math.floor(epochMs / 86_400_000);
  if (day !== lastDay) {
    lastDate = new Date(epochMs).toISOString().slice(0, -13);
    lastDay = day;
  }
  const ms = epochMs - day * 86_400_000;
  const minutes = Math.floor(ms / 60_000);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  const fraction = ms % 1000;
  return `${lastDate}${time}.${fraction < 100 ? '0' : ''}${two(fraction)}Z`;
}

const two = (part: number) => (part < 10 ? `0${part}` : `${part}`);

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysInMonth = (year: number, month: number) =>
  month === 2 && isLeap(year) ? 29 : monthLengths[month - 1]!;

/** Of the proleptic Gregorian calendar; years count from March, so that a leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

const known = (part: number | undefined) => (part === undefined ? '??' : two(part));

/** The meter's own reading of its clock, `YYYY-MM-DD hh:mm:ss`; parts that are not specified are `??`. */
export function formatLocal(time: CosemDateTime): string {
  const year = time.year === undefined ? '????' : String(time.year).padStart(4, '0');
  return `${year}-${known(time.month)}-${known(time.day)} ${known(time.hour)}:${known(time.minute)}:${known(time.second)}`;
}

/**
 * The 12 octets of an instant on a clock that is `deviation` minutes from UTC (0: the clock shows UTC).
 * @param epochMs milliseconds since 1970
 * @param statusOctet clock status, 0x00 for a good clock, 0x80 in daylight saving time
 */
export function encodeDateTime(epochMs: number, deviation = 0, statusOctet = 0): Uint8Array {
  const local = new Date(epochMs - deviation * 60_000);
  const bytes = new Uint8Array(DATE_TIME_OCTETS);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, local.getUTCFullYear());
  bytes[2] = local.getUTCMonth() + 1;
  bytes[3] = local.getUTCDate();
  bytes[4] = local.getUTCDay() || 7; // Monday is 1, Sunday 7
  bytes[5] = local.getUTCHours();
  bytes[6] = local.getUTCMinutes();
  bytes[7] = local.getUTCSeconds();
  bytes[8] = Math.floor(local.getUTCMilliseconds() / 10);
  view.setInt16(9, deviation);
  bytes[11] = statusOctet;
  return bytes;
}
