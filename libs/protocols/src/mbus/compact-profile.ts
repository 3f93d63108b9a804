import { accumulationOf } from '../dlms/obis.ts';
import {
  UNNAMED,
  type DecodedLoadProfile,
  type DecodedMeasurement,
  type DecodeWarning,
} from '../measurement.ts';
import { decimalText } from './exact-decimal.ts';
import type { RecordHeader } from './record-header.ts';
import { dataOctets, readNumber, readUnsigned, REAL } from './record-value.ts';

/** What the values of a profile start from: the plain records of the same storage number. */
export interface ProfileBase {
  /** Before scaling. */
  readonly value?: number;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

export interface ExpandedProfile {
  readonly measurements: readonly DecodedMeasurement[];
  readonly loadProfiles: readonly DecodedLoadProfile[];
  readonly warning?: DecodeWarning;
}

const ABSOLUTE = 0;
const INCREMENTS = 1;
const DECREMENTS = 2;
const SPACING_SECONDS = [1, 60, 3600, 86_400];
/** Largest plain spacing; above are half months, months, quarters and half years. */
const LARGEST_SPACING = 250;
const HALF_MONTH = 253;
const MONTHS = 254;
/** By spacing unit; 0 is reserved. */
const MONTHS_BY_UNIT = [0, 6, 3, 1];
const NOTHING: ExpandedProfile = { measurements: [], loadProfiles: [] };

/** How far values are apart. */
type Spacing = { readonly seconds: number } | { readonly months: number } | undefined;

/**
 * The values of a compact profile (EN 13757-3, Annex F): octet 1 tells how they are counted, the unit of their spacing
 * and their width, octet 2 the spacing. At a fixed distance in time they become a load profile, else measurements.
 * @param at where octet 1 is
 */
export function expandProfile(
  bytes: Uint8Array,
  at: number,
  end: number,
  header: RecordHeader,
  base: ProfileBase,
): ExpandedProfile {
  if (end - at < 2) return NOTHING;
  const control = bytes[at]!;
  const counted = control >> 6;
  const field = control & 0x0f;
  const octets = dataOctets[field]!;
  if (octets <= 0) return refuse(header, `values of data field ${field} cannot be in a profile`);
  if (counted !== ABSOLUTE && base.value === undefined) {
    return refuse(header, 'its values are differences, and there is no base value');
  }
  const isInverse = header.value.profile === 'inverse';
  const values = new Float64Array(Math.floor((end - at - 2) / octets));
  let current = base.value ?? Number.NaN;
  for (let index = 0; index < values.length; index++) {
    const valueAt = at + 2 + index * octets;
    current = next(current, counted, isInverse, readElement(bytes, valueAt, field, counted));
    values[index] = current;
  }
  const spacing = spacingOf((control >> 4) & 0x03, bytes[at + 1]!);
  if (base.time !== undefined && spacing && 'seconds' in spacing && header.value.profile !== 'registers') {
    return { measurements: [], loadProfiles: [loadProfile(header, values, base.time, spacing.seconds)] };
  }
  return { measurements: measurementsOf(header, values, base.time, spacing), loadProfiles: [] };
}

function refuse(header: RecordHeader, reason: string): ExpandedProfile {
  const message = `The profile of ${header.quantity} (storage ${header.storage}) is left out: ${reason}.`;
  return { ...NOTHING, warning: { code: 'MBUS_PROFILE_UNUSABLE', message } };
}

/** Increments and decrements are unsigned; all ones, or the least negative number, says that there is none. */
function readElement(bytes: Uint8Array, at: number, field: number, counted: number): number {
  const isInteger = field < 0x08 && field !== REAL;
  if (isInteger && (counted === INCREMENTS || counted === DECREMENTS)) {
    const octets = dataOctets[field]!;
    const value = readUnsigned(bytes, at, octets);
    return value === 256 ** octets - 1 ? Number.NaN : value;
  }
  return Number(readNumber(bytes, at, field) ?? Number.NaN);
}

/** An inverse profile goes from new to old, so that increments lead downwards. */
function next(current: number, counted: number, isInverse: boolean, element: number): number {
  if (counted === ABSOLUTE) return element;
  const isUpwards = (counted === DECREMENTS) === isInverse;
  return isUpwards ? current + element : current - element;
}

function spacingOf(unit: number, value: number): Spacing {
  if (value > 0 && value <= LARGEST_SPACING) return { seconds: value * SPACING_SECONDS[unit]! };
  if (value === MONTHS && MONTHS_BY_UNIT[unit]) return { months: MONTHS_BY_UNIT[unit] };
  return value === HALF_MONTH && unit === 3 ? { months: 0.5 } : undefined;
}

/** The base is the first end of an interval; an inverse profile is turned around. */
function loadProfile(
  header: RecordHeader,
  values: Float64Array,
  baseTime: number,
  intervalSeconds: number,
): DecodedLoadProfile {
  const isInverse = header.value.profile === 'inverse';
  const obis = header.obis === UNNAMED ? UNNAMED : header.obis.replace(/\d+$/, '255');
  const start = isInverse ? baseTime - (values.length + 1) * intervalSeconds * 1000 : baseTime;
  return {
    obis,
    quantity: header.quantity,
    unit: header.value.unit,
    scaler: header.value.scaler,
    accumulation: obis === UNNAMED ? 'instantaneous' : accumulationOf(obis),
    start,
    intervalSeconds,
    values: isInverse ? values.reverse() : values,
  };
}

function measurementsOf(
  header: RecordHeader,
  values: Float64Array,
  baseTime: number | undefined,
  spacing: Spacing,
): DecodedMeasurement[] {
  const direction = header.value.profile === 'inverse' ? -1 : 1;
  const measurements: DecodedMeasurement[] = [];
  values.forEach((raw, index) => {
    if (Number.isNaN(raw)) return;
    const storage = header.storage + index + 1;
    const time = baseTime === undefined ? undefined : placed(baseTime, spacing, direction * (index + 1));
    measurements.push({
      obis: header.obis === UNNAMED || storage > 254 ? UNNAMED : header.obis.replace(/\d+$/, String(storage)),
      code: header.code,
      quantity: header.quantity,
      value: decimalText(raw, header.value.scaler),
      unit: header.value.unit,
      time,
      raw,
      scaler: header.value.scaler,
      storage,
      tariff: header.tariff || undefined,
      subunit: header.subunit || undefined,
      extreme: header.extreme,
    });
  });
  return measurements;
}

/** Months keep their day; the last of a month stays the last. */
function placed(base: number, spacing: Spacing, steps: number): string | undefined {
  if (!spacing) return undefined;
  if ('seconds' in spacing) return new Date(base + steps * spacing.seconds * 1000).toISOString();
  const date = new Date(base);
  const months = steps * spacing.months;
  const whole = Math.floor(months);
  const isLast = new Date(base + 86_400_000).getUTCDate() === 1;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + whole);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(isLast ? last : Math.min(day, last));
  if (months !== whole) date.setUTCDate(date.getUTCDate() + 15);
  return date.toISOString();
}
