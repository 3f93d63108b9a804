import { scaleDecimal, shortestSingle } from '../decimal.ts';
import { textOrHex, toHex } from '../hex.ts';
import { encodeData, type CosemData } from './axdr.ts';
import { formatLocal, parseDateTime, type CosemDateTime } from './date-time.ts';
import { formatObis } from './obis.ts';

/** scaler_unit of the register classes (IEC 62056-6-2, 4.3.2): value × 10^scaler in the unit. */
export interface ScalerUnit {
  readonly scaler: number;
  readonly unitCode: number;
}

export function scalerUnitOf(data: CosemData | undefined): ScalerUnit | undefined {
  if (data?.type !== 'structure' || data.value.length !== 2) return undefined;
  const [scaler, unit] = data.value;
  return scaler?.type === 'integer' && unit?.type === 'enum'
    ? { scaler: scaler.value, unitCode: unit.value }
    : undefined;
}

/** The code that six octets name; group A ends at 15, which tells codes from six letters of text. */
export function obisOf(data: CosemData | undefined): string | undefined {
  return data?.type === 'octet-string' && data.value.length === 6 && data.value[0]! < 16
    ? formatObis(data.value)
    : undefined;
}

/** Whether the meter says that it has no value: null-data, don't-care, or a float that is no number. */
export function isMissing(data: CosemData): boolean {
  const isFloat = data.type === 'float32' || data.type === 'float64';
  return data.type === 'null-data' || data.type === 'dont-care' || (isFloat && !Number.isFinite(data.value));
}

/** The number in a value, integers exactly; booleans count as 0 and 1. `undefined` for what is no number. */
export function numberOf(data: CosemData): number | bigint | undefined {
  switch (data.type) {
    case 'integer':
    case 'long':
    case 'double-long':
    case 'unsigned':
    case 'long-unsigned':
    case 'double-long-unsigned':
    case 'enum':
    case 'long64':
    case 'long64-unsigned':
      return data.value;
    case 'float64':
      return Number.isFinite(data.value) ? data.value : undefined;
    case 'float32':
      return Number.isFinite(data.value) ? shortestSingle(data.value) : undefined;
    case 'bcd':
      return (data.value >> 4) * 10 + (data.value & 0x0f);
    case 'boolean':
      return data.value ? 1 : 0;
    default:
      return undefined;
  }
}

/** A change since the row before (IEC 62056-6-2, delta data types), where the value is one. */
export function deltaOf(data: CosemData): number | undefined {
  switch (data.type) {
    case 'delta-integer':
    case 'delta-long':
    case 'delta-double-long':
    case 'delta-unsigned':
    case 'delta-long-unsigned':
    case 'delta-double-long-unsigned':
      return data.value;
    default:
      return undefined;
  }
}

/** The clock reading in a value: a date-time, or an octet string of 12 that can only be one. */
export function dateTimeOf(data: CosemData): CosemDateTime | undefined {
  if (data.type === 'date-time') return parseDateTime(data.value);
  if (data.type !== 'octet-string') return undefined;
  const time = parseDateTime(data.value);
  return time?.year !== undefined && time.year >= 1970 && time.year < 2200 ? time : undefined;
}

/** A value as text: exact decimals, text, local date and time, else hexadecimal of its octets. */
export function textOf(data: CosemData, scaler = 0, time = dateTimeOf(data)): string {
  const number = numberOf(data);
  if (number !== undefined) return scaleDecimal(number, scaler);
  if (time) return formatLocal(time);
  switch (data.type) {
    case 'octet-string':
      return textOrHex(data.value);
    case 'visible-string':
    case 'utf8-string':
    case 'bit-string':
      return data.value;
    default:
      return toHex(encodeData(data));
  }
}
