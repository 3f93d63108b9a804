import type { DecodedMeasurement } from '@metermesh/protocols';
import { exactDecimal } from './whole-units.ts';

export interface ExactRegister {
  readonly obis: string;
  readonly value: bigint;
  readonly scaler: number;
  readonly unit: string;
}

const LARGEST = 2n ** 63n - 1n;

/**
 * The numbers with a unit among what a meter sent, exact. The meter's multiplier applies to energies, volumes and
 * powers; voltages, currents and the rest stay as they were sent.
 */
export function registerValues(
  measurements: readonly DecodedMeasurement[],
  multiplier: string,
): ExactRegister[] {
  const factor = exactDecimal(multiplier) ?? { digits: 1n, exponent: 0 };
  const registers: ExactRegister[] = [];
  for (const { obis, value, unit } of measurements) {
    const number = unit === undefined ? undefined : exactDecimal(value);
    if (!number) continue;
    const counted = COUNTED.test(unit!)
      ? { digits: number.digits * factor.digits, exponent: number.exponent + factor.exponent }
      : number;
    const exact = withoutTrailingZeros(counted.digits, counted.exponent);
    if (exact.digits > LARGEST || exact.digits < -LARGEST) continue;
    registers.push({ obis, value: exact.digits, scaler: exact.exponent, unit: unit! });
  }
  return registers;
}

const COUNTED = /^(k|M)?(Wh|varh|VAh|W|var|VA)$|^(m3|l|L)(\/h|\/d)?$/;

/** Fractions lose zeros that say nothing; whole numbers keep theirs, and none is written as a power of ten. */
function withoutTrailingZeros(digits: bigint, exponent: number): { digits: bigint; exponent: number } {
  if (exponent > 0) return { digits: digits * 10n ** BigInt(exponent), exponent: 0 };
  while (exponent < 0 && digits % 10n === 0n) {
    digits /= 10n;
    exponent += 1;
  }
  return { digits, exponent };
}
