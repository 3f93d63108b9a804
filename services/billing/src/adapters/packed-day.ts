import type { ValidatedDay } from '../domain/billing-cycle/validated-day.ts';

/*
 * A validated day as one value of the database, so that those of a period are read as one: numbers in network order, as
 * Postgres' own binary forms have them.
 *
 *  0 u32 octets in all          24 u32 seconds an interval     44 u16 event ids
 *  4 u32 date, days since 1970  28 u32 intervals               46 f64 quantity
 *  8 u64 version                32 u32 of them missing         54 u8  octets a value: 2 or 4
 * 16 f64 start, ms since 1970   36 u32 suspect, 40 u32 estimated   55 u8  octets of the event position
 * 56 event position, 16 octets an event id, values, and, unless all are actual, an octet of quality a value
 */
const HEADER = 56;
const ID_OCTETS = 16;
const DAY_MILLISECONDS = 86_400_000;

export function packDay(day: ValidatedDay): Buffer {
  const { values, qualities, eventIds, eventPosition } = day;
  const width = values.every((value) => value === (value << 16) >> 16) ? 2 : 4;
  const octets = HEADER + eventPosition.length + eventIds.length + values.length * width + qualities.length;
  const packed = Buffer.alloc(octets);
  packed.writeUInt32BE(octets, 0);
  packed.writeUInt32BE(Date.parse(day.date) / DAY_MILLISECONDS, 4);
  packed.writeBigUInt64BE(day.version, 8);
  packed.writeDoubleBE(day.startsAt, 16);
  packed.writeUInt32BE(day.intervalSeconds, 24);
  packed.writeUInt32BE(values.length, 28);
  packed.writeUInt32BE(day.missingIntervals, 32);
  packed.writeUInt32BE(day.suspectIntervals, 36);
  packed.writeUInt32BE(day.estimatedIntervals, 40);
  packed.writeUInt16BE(eventIds.length / ID_OCTETS, 44);
  packed.writeDoubleBE(day.quantity, 46);
  packed.writeUInt8(width, 54);
  packed.writeUInt8(eventPosition.length, 55);
  let at = HEADER + packed.write(eventPosition, HEADER, 'latin1');
  packed.set(eventIds, at);
  at += eventIds.length;
  for (const value of values) at = packed.writeIntBE(value, at, width);
  packed.set(qualities, at);
  return packed;
}

/** Days packed one after the other. Identifiers and qualities remain views of the packed octets. */
export function unpackDays(packed: Buffer): ValidatedDay[] {
  const days: ValidatedDay[] = [];
  // One array for all, since each array of its own costs as much as the values of a day.
  const values = new Int32Array(intervalsOf(packed));
  let place = 0;
  for (let at = 0; at < packed.length; at += packed.readUInt32BE(at)) {
    const day = unpackDay(packed, at, values, place);
    place += day.intervals;
    days.push(day);
  }
  return days;
}

function intervalsOf(packed: Buffer): number {
  let intervals = 0;
  for (let at = 0; at < packed.length; at += packed.readUInt32BE(at))
    intervals += packed.readUInt32BE(at + 28);
  return intervals;
}

function unpackDay(packed: Buffer, at: number, values: Int32Array, place: number): ValidatedDay {
  const end = at + packed.readUInt32BE(at);
  const intervals = packed.readUInt32BE(at + 28);
  const width = packed[at + 54]!;
  const positionAt = at + HEADER;
  const idsAt = positionAt + packed[at + 55]!;
  const valuesAt = idsAt + packed.readUInt16BE(at + 44) * ID_OCTETS;
  const qualitiesAt = valuesAt + intervals * width;
  unpackValues(packed, valuesAt, width, values, place, intervals);
  return {
    date: dateOf(packed.readUInt32BE(at + 4)),
    version: packed.readBigUInt64BE(at + 8),
    eventIds: packed.subarray(idsAt, valuesAt),
    eventPosition: packed.toString('latin1', positionAt, idsAt),
    startsAt: packed.readDoubleBE(at + 16),
    intervalSeconds: packed.readUInt32BE(at + 24),
    intervals,
    values: values.subarray(place, place + intervals),
    qualities: qualitiesAt < end ? packed.subarray(qualitiesAt, end) : ALL_ACTUAL,
    quantity: packed.readDoubleBE(at + 46),
    missingIntervals: packed.readUInt32BE(at + 32),
    suspectIntervals: packed.readUInt32BE(at + 36),
    estimatedIntervals: packed.readUInt32BE(at + 40),
  };
}

const ALL_ACTUAL = new Uint8Array(0);

/** By hand, since Buffer checks each number's place: a bill has thousands of them. */
function unpackValues(
  packed: Buffer,
  at: number,
  width: number,
  values: Int32Array,
  place: number,
  count: number,
): void {
  let from = at;
  if (width === 2)
    for (let slot = place; slot < place + count; slot++, from += 2)
      values[slot] = ((packed[from]! << 24) >> 16) | packed[from + 1]!;
  else
    for (let slot = place; slot < place + count; slot++, from += 4)
      values[slot] =
        (packed[from]! << 24) | (packed[from + 1]! << 16) | (packed[from + 2]! << 8) | packed[from + 3]!;
}

const dates = new Map<number, string>();

/** Calendar dates of days since 1970, remembered: bills ask for the same few over and over. */
function dateOf(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 'YYYY-MM-DD'.length);
    dates.set(day, date);
  }
  return date;
}
