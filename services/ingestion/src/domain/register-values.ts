import { readingTypes } from '@metermesh/metering';
import { quantityName, UNNAMED, type DecodedMeasurement } from '@metermesh/protocols';
import { exactDecimal } from './whole-units.ts';

export interface ExactRegister {
  readonly obis: string;
  readonly value: bigint;
  readonly scaler: number;
  /** Empty where neither the meter nor the reading type says. */
  readonly unit: string;
}

const LARGEST = 2n ** 63n - 1n;
/** What a transformer ratio applies to; voltages, currents and factors stay as they were sent. */
const MULTIPLIED = /energy|volume|power(?! factor)/;
const unitOfRegister = new Map(readingTypes.map(({ registerObis, unit }) => [registerObis, unit]));

/** The registers among what a meter sent, exact, with its multiplier applied to energies, volumes and powers. */
export function registerValues(
  measurements: readonly DecodedMeasurement[],
  multiplier: string,
): ExactRegister[] {
  const factor = exactDecimal(multiplier) ?? { digits: 1n, exponent: 0 };
  return measurements.flatMap((measurement) => {
    const number = isRegister(measurement) ? exactDecimal(measurement.value) : undefined;
    if (!number) return [];
    const { obis, unit = unitOfRegister.get(obis) ?? '' } = measurement;
    const isMultiplied = MULTIPLIED.test(quantityName(obis) ?? '');
    const { digits, exponent } = isMultiplied
      ? withoutTrailingZeros(number.digits * factor.digits, number.exponent + factor.exponent)
      : withoutTrailingZeros(number.digits, number.exponent);
    if (digits > LARGEST || digits < -LARGEST) return [];
    return { obis, value: digits, scaler: exponent, unit };
  });
}

/** Something measured: it has a unit, or is a number of a medium (group A; 0 is about the device itself). */
function isRegister({ obis, code, unit, raw }: DecodedMeasurement): boolean {
  if (obis === UNNAMED && code !== undefined) return false;
  return unit !== undefined || (raw !== undefined && !obis.startsWith('0.'));
}

/** Fractions lose zeros that say nothing; whole numbers keep theirs, and none is written as a power of ten. */
function withoutTrailingZeros(digits: bigint, exponent: number): { digits: bigint; exponent: number } {
  if (exponent > 0) return { digits: digits * 10n ** BigInt(exponent), exponent: 0 };
  while (exponent < 0 && digits % 10n === 0n) {
    digits /= 10n;
    exponent += 1;
  }
  return { digits, exponent };
}
