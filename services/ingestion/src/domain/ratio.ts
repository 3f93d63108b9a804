import type { ExactDecimal } from './whole-units.ts';

/** An exact factor: `multiplier` / `divisor`, the divisor above 0. */
export interface Ratio {
  readonly multiplier: bigint;
  readonly divisor: bigint;
}

export const powerOfTen = (exponent: number): Ratio => ({
  multiplier: 10n ** BigInt(Math.max(0, exponent)),
  divisor: 10n ** BigInt(Math.max(0, -exponent)),
});

export const ratioOf = ({ digits, exponent }: ExactDecimal): Ratio =>
  product({ multiplier: digits, divisor: 1n }, powerOfTen(exponent));

export function product(...ratios: readonly Ratio[]): Ratio {
  return ratios.reduce((all, { multiplier, divisor }) => ({
    multiplier: all.multiplier * multiplier,
    divisor: all.divisor * divisor,
  }));
}
