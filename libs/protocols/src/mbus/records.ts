import { DecodeError, fail } from '../decode-error.ts';
import type { ResolveLocalTime } from '../dlms/date-time.ts';
import { toHex } from '../hex.ts';
import {
  UNNAMED,
  type DecodedEvent,
  type DecodedLoadProfile,
  type DecodedMeasurement,
  type DecodeWarning,
} from '../measurement.ts';
import { manufacturerLetters, reversedHex } from './address.ts';
import { expandProfile, type ProfileBase } from './compact-profile.ts';
import { instantOf, readMeterTime, type Instant, type MeterTime } from './date-time.ts';
import { deviceTypeName } from './device-type.ts';
import { decimalText, shortestSingle } from './exact-decimal.ts';
import { plainText, readHeader, type RecordHeader } from './record-header.ts';
import { dataOctets, readInteger, readNumber, readVariableLength, REAL, VARIABLE } from './record-value.ts';

export interface RecordsOptions {
  /** Value group A of the OBIS codes. */
  readonly medium: number;
  readonly resolveLocalTime?: ResolveLocalTime;
}

/** What the records of a message say (EN 13757-3, 6). */
export interface Records {
  readonly measurements: DecodedMeasurement[];
  readonly loadProfiles: DecodedLoadProfile[];
  readonly events: DecodedEvent[];
  readonly warnings: DecodeWarning[];
  /** The meter's clock. */
  clock?: Instant;
  /** Records of the standard; manufacturer's data do not count. */
  standardRecords: number;
  hasManufacturerData: boolean;
}

const MANUFACTURER_DATA = 0x0f;
const MORE_RECORDS_FOLLOW = 0x1f;
const FILLER = 0x2f;
const SELECTION = 0x08;
const SPECIAL = 0x0f;

/** A measurement while its time may still come. */
type Open = { -readonly [K in keyof DecodedMeasurement]: DecodedMeasurement[K] };

interface Reading extends Records {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly options: RecordsOptions;
  /** Dates by the storage number that they date. */
  dates: Map<number, Instant> | undefined;
  profiles: PendingProfile[] | undefined;
  clockIsInvalid: boolean;
}

interface PendingProfile {
  readonly header: RecordHeader;
  readonly at: number;
  readonly end: number;
}

/**
 * Reads records `at` to `end` (exclusive). What is damaged ends the reading with the warning
 * `MBUS_RECORDS_INCOMPLETE`, if anything was read before. Errors: `FRAME_TRUNCATED`, `MBUS_RECORD_INVALID`.
 */
export function readRecords(bytes: Uint8Array, at: number, end: number, options: RecordsOptions): Records {
  const reading: Reading = {
    bytes,
    end,
    options,
    measurements: [],
    loadProfiles: [],
    events: [],
    warnings: [],
    clock: undefined,
    standardRecords: 0,
    hasManufacturerData: false,
    dates: undefined,
    profiles: undefined,
    clockIsInvalid: false,
  };
  let cursor = at;
  try {
    while (cursor < end) cursor = readRecord(reading, cursor);
  } catch (error) {
    if (!(error instanceof DecodeError) || reading.standardRecords === 0) throw error;
    reading.warnings.push({
      code: 'MBUS_RECORDS_INCOMPLETE',
      message: `From octet ${error.offset} on the records cannot be read (${error.code}): ${error.message}`,
    });
  }
  if (reading.dates) dateMeasurements(reading, reading.dates);
  if (reading.profiles) for (const profile of reading.profiles) addProfile(reading, profile);
  return reading;
}

/** Reads one record and answers where the next one begins. */
function readRecord(reading: Reading, at: number): number {
  const { bytes, end } = reading;
  const dif = bytes[at]!;
  if (dif === FILLER) return at + 1;
  if ((dif & 0x0f) === SPECIAL) return readSpecial(reading, dif, at);
  const header = readHeader(bytes, at, end, reading.options.medium);
  let dataAt = at + header.length;
  let octets = dataOctets[header.dataField]!;
  if (header.dataField === VARIABLE) {
    if (dataAt >= end) fail('FRAME_TRUNCATED', 'The variable length of a record is cut off.', dataAt);
    octets = readVariableLength(bytes[dataAt++]!, dataAt - 1).octets;
  }
  if (header.dataField === SELECTION) {
    fail('MBUS_RECORD_INVALID', 'A record selects data for readout, as no answer of a meter does.', at);
  }
  const next = dataAt + octets;
  if (next > end) {
    fail('FRAME_TRUNCATED', `A record announces ${octets} octets, ${end - dataAt} are left.`, dataAt);
  }
  reading.standardRecords++;
  const { value } = header;
  if (value.error !== undefined) {
    warn(reading, 'MBUS_RECORD_ERROR', `The meter marks its ${header.quantity}: ${value.error}.`);
    if (octets === 0) return next;
  }
  if (value.profile !== undefined && header.dataField === VARIABLE) {
    (reading.profiles ??= []).push({ header, at: dataAt, end: next });
  } else if (value.kind === 'number' && header.dataField !== VARIABLE) {
    addNumber(reading, header, dataAt);
  } else if (value.kind === 'date') addDate(reading, header, dataAt, octets);
  else addText(reading, header, dataAt, octets);
  return next;
}

/** EN 13757-3, 6.3.2, table 6: DIFs that begin no record. */
function readSpecial(reading: Reading, dif: number, at: number): number {
  if (dif !== MANUFACTURER_DATA && dif !== MORE_RECORDS_FOLLOW) {
    fail('MBUS_RECORD_INVALID', `DIF ${dif} is reserved.`, at);
  }
  const data = reading.bytes.subarray(at + 1, reading.end);
  if (data.length > 0) {
    reading.hasManufacturerData = true;
    reading.measurements.push({
      obis: UNNAMED,
      code: 'dif:0F',
      quantity: 'manufacturer data',
      value: toHex(data),
    });
  }
  if (dif === MORE_RECORDS_FOLLOW) {
    warn(
      reading,
      'MBUS_MORE_RECORDS_FOLLOW',
      'The meter has more records than this message holds: ask it again.',
    );
  }
  return reading.end;
}

function addNumber(reading: Reading, header: RecordHeader, at: number): void {
  const raw = readNumber(reading.bytes, at, header.dataField);
  if (raw === undefined) return warnMissing(reading, header, at, dataOctets[header.dataField]!);
  const { scaler, unit } = header.value;
  const number = header.dataField === REAL ? shortestSingle(raw as number) : raw;
  reading.measurements.push(measurement(header, decimalText(number, scaler), unit, number, scaler));
}

function measurement(
  header: RecordHeader,
  value: string,
  unit?: string,
  raw?: number | bigint,
  scaler?: number,
): DecodedMeasurement {
  return {
    obis: header.obis,
    code: header.code,
    quantity: header.quantity,
    value,
    unit,
    time: undefined,
    raw,
    scaler,
    storage: header.storage === 0 ? undefined : header.storage,
    tariff: header.tariff === 0 ? undefined : header.tariff,
    subunit: header.subunit === 0 ? undefined : header.subunit,
    extreme: header.extreme,
  };
}

function addDate(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const time = readMeterTime(reading.bytes, at, octets);
  if (!time) return warnMissing(reading, header, at, octets);
  const instant = instantOf(time, reading.options.resolveLocalTime);
  const added: Open = measurement(header, time.text);
  if (instant !== undefined) added.time = instant.iso;
  reading.measurements.push(added);
  if (instant === undefined || header.value.altered || header.extreme || header.subunit || header.tariff)
    return;
  if (header.storage > 0) (reading.dates ??= new Map()).set(header.storage, instant);
  else if (!time.isDateOnly) takeClock(reading, time, instant);
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
function dateMeasurements({ measurements, clock }: Reading, dates: Map<number, Instant>): void {
  const latest = clock?.epochMs ?? Infinity;
  for (const each of measurements as Open[]) {
    if (each.storage === undefined || each.raw === undefined) continue;
    const instant = dates.get(each.storage);
    if (instant !== undefined && instant.epochMs <= latest) each.time = instant.iso;
  }
}

const LARGEST_FLAGS = 8;

function addText(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const { bytes } = reading;
  if (header.dataField === VARIABLE) return addVariable(reading, header, at, octets);
  const kind = header.value.kind;
  if (octets === 0) return warnMissing(reading, header, at, octets);
  if (kind === 'manufacturer' && octets === 2) {
    reading.measurements.push(measurement(header, manufacturerLetters(bytes[at]! | (bytes[at + 1]! << 8))));
  } else if (kind === 'device-type' && octets === 1) {
    reading.measurements.push(measurement(header, deviceTypeName(bytes[at]!)));
  } else if (kind === 'flags') addFlags(reading, header, at, octets);
  else reading.measurements.push(measurement(header, reversedHex(bytes, at, at + octets)));
}

function addFlags(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const value = reversedHex(reading.bytes, at, at + octets);
  reading.measurements.push(measurement(header, value));
  const isSet = octets <= LARGEST_FLAGS && /[^0]/.test(value);
  if (header.value.quantity !== 'error flags' || !isSet || header.storage > 0 || header.extreme) return;
  reading.events.push({
    obis: header.obis,
    code: `error-flags:${value}`,
    name: 'error flags',
    type: 'other',
  });
}

function addVariable(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const { bytes } = reading;
  const { kind } = readVariableLength(bytes[at - 1]!, at - 1);
  if (kind === 'text') {
    const text = plainText(bytes, at, at + octets);
    const value = /^[\x20-\x7e\xa0-\xff]*$/.test(text) ? text : toHex(bytes.subarray(at, at + octets));
    reading.measurements.push(measurement(header, value));
    return;
  }
  if (header.value.kind === 'number' && kind === 'binary' && octets <= LARGEST_FLAGS && octets > 0) {
    const raw = readInteger(bytes, at, octets);
    if (raw === undefined) return warnMissing(reading, header, at, octets);
    const { unit, scaler } = header.value;
    reading.measurements.push(measurement(header, decimalText(raw, scaler), unit, raw, scaler));
    return;
  }
  const digits = reversedHex(bytes, at, at + octets);
  if (kind === 'binary' || !/^\d+$/.test(digits) || header.value.kind !== 'number') {
    reading.measurements.push(measurement(header, digits));
    return;
  }
  const raw = kind === 'negative-bcd' ? -BigInt(digits) : BigInt(digits);
  const { unit, scaler } = header.value;
  reading.measurements.push(measurement(header, decimalText(raw, scaler), unit, raw, scaler));
}

function addProfile(reading: Reading, { header, at, end }: PendingProfile): void {
  const expanded = expandProfile(reading.bytes, at, end, header, baseOf(reading, header));
  if (expanded.warning) reading.warnings.push(expanded.warning);
  reading.measurements.push(...expanded.measurements);
  reading.loadProfiles.push(...expanded.loadProfiles);
}

/** The value and the date of the same storage number (EN 13757-3, Annex F). */
function baseOf({ measurements, dates }: Reading, header: RecordHeader): ProfileBase {
  const base = measurements.find(
    ({ quantity, unit, storage = 0, tariff = 0, subunit = 0, extreme, raw, scaler }) =>
      raw !== undefined &&
      storage === header.storage &&
      tariff === header.tariff &&
      subunit === header.subunit &&
      extreme === header.extreme &&
      quantity === header.quantity &&
      unit === header.value.unit &&
      scaler === header.value.scaler,
  );
  return {
    value: typeof base?.raw === 'number' ? base.raw : undefined,
    time: dates?.get(header.storage)?.epochMs,
  };
}

function warnMissing(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const place = header.storage ? ` of storage ${header.storage}` : '';
  warn(
    reading,
    'MBUS_VALUE_MISSING',
    `The meter has no ${header.quantity}${place}: it sends ${toHex(reading.bytes.subarray(at, at + octets)) || 'nothing'}.`,
  );
}

function warn({ warnings }: Reading, code: string, message: string): void {
  warnings.push({ code, message });
}
