import type { ResolveLocalTime } from '../dlms/date-time.ts';
import { toHex } from '../hex.ts';
import type { DecodedEvent, DecodedLoadProfile, DecodedMeasurement, DecodeWarning } from '../measurement.ts';
import type { Instant } from './date-time.ts';
import type { RecordHeader } from './record-header.ts';

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

/** A measurement while its time may still come. */
export type Open = { -readonly [K in keyof DecodedMeasurement]: DecodedMeasurement[K] };

export interface Reading extends Records {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly options: RecordsOptions;
  /** Dates by the storage number that they date. */
  dates: Map<number, Instant> | undefined;
  profiles: PendingProfile[] | undefined;
}

/** A profile waits until its base is known. */
export interface PendingProfile {
  readonly header: RecordHeader;
  readonly at: number;
  readonly end: number;
}

/** Values that are no number have neither unit nor raw value. */
export function measurement(
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

export function warnMissing(reading: Reading, header: RecordHeader, at: number, octets: number): void {
  const place = header.storage ? ` of storage ${header.storage}` : '';
  warn(
    reading,
    'MBUS_VALUE_MISSING',
    `The meter has no ${header.quantity}${place}: it sends ${toHex(reading.bytes.subarray(at, at + octets)) || 'nothing'}.`,
  );
}

export function warn({ warnings }: Reading, code: string, message: string): void {
  warnings.push({ code, message });
}
