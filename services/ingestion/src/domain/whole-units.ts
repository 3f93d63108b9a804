import type { Ratio } from './ratio.ts';

/** A number as `digits` × 10^`exponent`, exactly. */
export interface ExactDecimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Reads `12.50` as 1250 × 10^−2. Undefined for anything that is not a plain decimal. */
export function exactDecimal(text: string): ExactDecimal | undefined {
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, exponent: -fraction.length };
}

const LARGEST = 0x7fff_ffff;

/**
 * Interval values × ratio as whole numbers. Where that leaves fractions the running total is rounded and its steps are
 * answered, so that no energy is lost or made however finely a meter counts. `NaN` stays what it is, and so becomes what
 * does not fit 32 bits.
 */
export function wholeUnits(values: ArrayLike<number>, { multiplier, divisor }: Ratio): Float64Array {
  const result = new Float64Array(values.length);
  if (multiplier === divisor) {
    for (let i = 0; i < values.length; i++) result[i] = fitting(values[i]!);
    return result;
  }
  let total = 0n;
  let answered = 0n;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isSafeInteger(value)) {
      result[i] = Number.NaN;
      continue;
    }
    total += BigInt(value) * multiplier;
    const rounded = roundedQuotient(total, divisor);
    result[i] = fitting(Number(rounded - answered));
    answered = rounded;
  }
  return result;
}

/** States × ratio as whole numbers, each rounded by itself. `NaN` stays what it is, and so becomes what does not fit 32 bits. */
export function roundedUnits(values: ArrayLike<number>, { multiplier, divisor }: Ratio): Float64Array {
  return Float64Array.from(values, (value) =>
    Number.isSafeInteger(value)
      ? fitting(Number(roundedQuotient(BigInt(value) * multiplier, divisor)))
      : Number.NaN,
  );
}

function fitting(value: number): number {
  return Number.isInteger(value) && Math.abs(value) <= LARGEST ? value : Number.NaN;
}

/** Half upwards, for a positive divisor. */
function roundedQuotient(value: bigint, divisor: bigint): bigint {
  const doubled = 2n * value + divisor;
  const quotient = doubled / (2n * divisor);
  return doubled < 0n && doubled % (2n * divisor) !== 0n ? quotient - 1n : quotient;
}
