import type { DecodedMeasurement } from '../measurement.ts';
import { instantOf, readMeterTime, type Instant, type MeterTime } from './date-time.ts';
import { measurement, warn, warnMissing, type Open, type Reading } from './reading.ts';
import type { RecordHeader } from './record-header.ts';

/** Adds a date or time; what it dates is settled when all records are read. */
export function addDate(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const time = readMeterTime(reading.bytes, at, octets);
  if (!time) return warnMissing(reading, header, at, octets);
  const instant = instantOf(time, reading.options.resolveLocalTime);
  reading.measurements.push(said(header, time, instant));
  if (instant === undefined || header.value.altered || header.extreme || header.subunit || header.tariff)
    return;
  if (header.storage > 0) (reading.dates ??= new Map()).set(header.storage, instant);
  else if (!time.isDateOnly) takeClock(reading, time, instant);
}

/** The meters of a fleet send the same due dates: the last one of each header is said again as it was. */
function said(header: RecordHeader, time: MeterTime, instant: Instant | undefined): DecodedMeasurement {
  const { lastDate } = header;
  if (lastDate?.value === time.text && lastDate.time === instant?.iso) return lastDate;
  const date: Open = measurement(header, time.text);
  date.time = instant?.iso;
  header.lastDate = date;
  return date;
}

function takeClock(reading: Reading, time: MeterTime, instant: Instant): void {
  if (reading.clock !== undefined) return;
  reading.clock = instant;
  if (time.invalid) {
    warn(reading, 'CLOCK_INVALID', `The meter does not trust its clock, which shows ${time.text}.`);
  }
  if (!reading.options.resolveLocalTime) {
    warn(
      reading,
      'CLOCK_WITHOUT_OFFSET',
      `The meter's clock shows ${time.text} without its offset from UTC: taken as UTC.`,
    );
  }
}

/** A date record dates the other records of its storage number, unless it lies ahead of the meter's clock. */
export function dateMeasurements({ measurements, clock }: Reading, dates: Map<number, Instant>): void {
  const latest = clock?.epochMs ?? Infinity;
  for (const each of measurements as Open[]) {
    if (each.storage === undefined || each.raw === undefined) continue;
    const instant = dates.get(each.storage);
    if (instant !== undefined && instant.epochMs <= latest) each.time = instant.iso;
  }
}
