import { UNNAMED, type DecodedMeasurement } from '@metermesh/protocols';

/** As UnnamedValue has it. */
export interface ExactUnnamedValue {
  readonly code: string;
  readonly quantity?: string;
  readonly value: string;
  readonly unit?: string;
  readonly storage?: number;
  readonly tariff?: number;
  readonly subunit?: number;
}

/** Of one reading: no device has more to say that nobody can name. */
const MOST = 256;
const LONGEST = 1024;

/** What a device sent that only its own protocol has a name for. Long texts are cut. */
export function unnamedValues(measurements: readonly DecodedMeasurement[]): ExactUnnamedValue[] {
  return measurements
    .filter(({ obis, code }) => obis === UNNAMED && code !== undefined)
    .slice(0, MOST)
    .map(({ code = '', quantity, value, unit, storage, tariff, subunit }) => ({
      code,
      quantity,
      value: value.slice(0, LONGEST),
      unit,
      storage,
      tariff,
      subunit,
    }));
}
