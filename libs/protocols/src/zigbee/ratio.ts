import { scaleDecimal } from '../decimal.ts';

/** multiplier / divisor as `factor` × 10^`exponent`; undefined where that has no end (a third), or is none (0). */
export function decimalRatio(
  multiplier: bigint,
  divisor: bigint,
): { factor: bigint; exponent: number } | undefined {
  if (multiplier <= 0n || divisor <= 0n) return undefined;
  let factor = multiplier;
  let rest = divisor / greatestCommonDivisor(multiplier, divisor);
  factor /= divisor / rest;
  let exponent = 0;
  while (rest % 10n === 0n) [rest, exponent] = [rest / 10n, exponent - 1];
  while (rest % 2n === 0n) [rest, factor, exponent] = [rest / 2n, factor * 5n, exponent - 1];
  while (rest % 5n === 0n) [rest, factor, exponent] = [rest / 5n, factor * 2n, exponent - 1];
  return rest === 1n ? { factor, exponent } : undefined;
}

const ROUNDED_PLACES = 12;

/** `raw` × multiplier / divisor × 10^`exponent`: exact, or half away from zero to 12 places where it has no end. */
export function scaleByRatio(
  raw: bigint,
  multiplier: bigint,
  divisor: bigint,
  exponent: number,
): { value: string; isExact: boolean } {
  const ratio = decimalRatio(multiplier, divisor);
  if (ratio) return { value: scaleDecimal(raw * ratio.factor, ratio.exponent + exponent), isExact: true };
  const product = raw * multiplier * 10n ** BigInt(ROUNDED_PLACES);
  const magnitude = product < 0n ? -product : product;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return {
    value: scaleDecimal(product < 0n ? -rounded : rounded, exponent - ROUNDED_PLACES),
    isExact: false,
  };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
