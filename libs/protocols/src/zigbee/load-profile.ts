import { ByteReader } from '../byte-reader.ts';
import { fail } from '../decode-error.ts';
import { UNNAMED, type DecodedLoadProfile } from '../measurement.ts';
import { formatOf, fromBcd } from './metering-unit.ts';
import { decimalRatio } from './ratio.ts';
import type { Scope } from './scope.ts';
import { readUnsigned, ZIGBEE_EPOCH } from './zcl-value.ts';

/** ProfileIntervalPeriod (ZCL 10.4.2.2.1.16), seconds. */
export const profilePeriods: readonly number[] = [86_400, 3600, 1800, 900, 600, 450, 300, 150, 60];

const INVALID = 0xffffff;

/** What a Get Profile Response says of why it holds nothing (ZCL 10.4.3.2.1). */
const refusals = [
  '',
  'undefined interval channel',
  'interval channel not supported',
  'invalid end time',
  'more periods than can be returned',
  'no intervals for the time',
];

/**
 * Get Profile Response (ZCL 10.4.2.3.1.1): the newest interval first, all ones where there is none. It does not repeat
 * which channel was asked for: what was delivered is assumed.
 */
export function readProfileResponse(
  payload: Uint8Array,
  offset: number,
  scope: Scope,
): DecodedLoadProfile | undefined {
  const reader = new ByteReader(payload, offset);
  const endTime = readUnsigned(reader, 4);
  const status = reader.u8();
  const period = reader.u8();
  const count = reader.u8();
  if (status !== 0) {
    scope.warn(
      'ZIGBEE_PROFILE_REFUSED',
      `The meter sends no profile: ${refusals[status] ?? `status ${status}`}.`,
    );
    return undefined;
  }
  const intervalSeconds = profilePeriods[period];
  if (intervalSeconds === undefined)
    fail('ZIGBEE_FRAME_INVALID', `There is no profile interval period ${period}.`, offset + 5);
  const raw = reader.advance(3 * count);
  const values = new Float64Array(count);
  const format = formatOf(scope);
  for (let i = 0; i < count; i++) {
    const at = raw + 3 * i;
    const value = payload[at]! | (payload[at + 1]! << 8) | (payload[at + 2]! << 16);
    const known = format?.isBcd && value !== INVALID ? Number(fromBcd(value) ?? Number.NaN) : value;
    values[count - 1 - i] = value === INVALID ? Number.NaN : known;
  }
  const start = (endTime + ZIGBEE_EPOCH - count * intervalSeconds) * 1000;
  const ratio = format && decimalRatio(format.multiplier, format.divisor);
  const placed = { accumulation: 'interval', start, intervalSeconds } as const;
  if (!format || !ratio) {
    scope.warn(
      'ZIGBEE_SCALE_MISSING',
      'Unit, multiplier and divisor of the meter are not known: the intervals are given as they were sent.',
    );
    return { obis: UNNAMED, quantity: 'interval consumption', scaler: 0, values, ...placed };
  }
  const factor = Number(ratio.factor);
  return {
    obis: format.medium ? (intervalObis[`${format.medium} ${format.unit}`] ?? UNNAMED) : UNNAMED,
    unit: format.unit,
    scaler: ratio.exponent + format.exponent,
    values: factor === 1 ? values : values.map((value) => value * factor),
    ...placed,
  };
}

const intervalObis: Readonly<Record<string, string>> = {
  'electricity Wh': '1.0.1.29.0.255',
  'electricity varh': '1.0.3.29.0.255',
  'gas m3': '7.0.3.29.0.255',
  'water m3': '8.0.1.29.0.255',
  'water L': '8.0.1.29.0.255',
  'heat Wh': '6.0.1.29.0.255',
};
