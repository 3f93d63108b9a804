import { DecodeError, fail } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import { UNNAMED } from '../measurement.ts';
import { expandProfile, type ProfileBase } from './compact-profile.ts';
import { decimalText, shortestSingle } from './exact-decimal.ts';
import {
  measurement,
  warn,
  warnMissing,
  type PendingProfile,
  type Reading,
  type Records,
  type RecordsOptions,
} from './reading.ts';
import { addDate, dateMeasurements } from './record-dates.ts';
import { readHeader, type RecordHeader } from './record-header.ts';
import { addText } from './record-text.ts';
import { dataOctets, readNumber, readVariableLength, REAL, VARIABLE } from './record-value.ts';

const MANUFACTURER_DATA = 0x0f;
const MORE_RECORDS_FOLLOW = 0x1f;
const FILLER = 0x2f;
const SELECTION = 0x08;
const SPECIAL = 0x0f;

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
