import { Decimal } from 'decimal.js';

/** Decimals wide enough that a sum of prorated amounts, divided once, truncates as exact rational arithmetic would. */
export const Exact = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });
export type Exact = Decimal;

/** How a tariff rounds: to a multiple of `to`; `down` is towards zero, `half-up` takes a half away from zero. */
export interface Rounding {
  readonly to: string;
  readonly mode: 'down' | 'half-up' | 'up';
}

const modes = { down: Decimal.ROUND_DOWN, 'half-up': Decimal.ROUND_HALF_UP, up: Decimal.ROUND_UP } as const;

export function exact(value: string | number): Exact {
  return new Exact(value);
}

export function round(value: Exact, rule: Rounding | undefined): Exact {
  return rule ? value.toNearest(rule.to, modes[rule.mode]) : value;
}

export function sum(values: Iterable<Exact>): Exact {
  let total: Exact = new Exact(0);
  for (const value of values) total = total.plus(value);
  return total;
}

/** Plain notation, without exponent or negative zero. */
export function decimalString(value: Exact): string {
  return value.isZero() ? '0' : value.toFixed();
}
