import { toHex } from '../hex.ts';
import { manufacturerLetters, reversedHex } from './address.ts';
import { deviceTypeName } from './device-type.ts';
import { decimalText } from './exact-decimal.ts';
import { measurement, warnMissing, type Reading } from './reading.ts';
import { plainText, type RecordHeader } from './record-header.ts';
import { readInteger, readVariableLength, VARIABLE } from './record-value.ts';

const LARGEST_FLAGS = 8;

/** Adds what is no plain number: texts, digits that count as characters, flags, and numbers of variable length. */
export function addText(reading: Reading, header: RecordHeader, at: number, octets: number): void {
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
