/** How a tariff rounds: to a multiple of `to`; `down` is towards zero, `half-up` takes a half away from zero. */
export interface Rounding {
  readonly to: string;
  readonly mode: 'down' | 'half-up' | 'up';
}

export type Numeric = Exact | string | number;

/**
 * A rational number, so that money and quantities are exact whatever is multiplied, divided and added: a sum of prorated
 * amounts that make up a whole is that whole. Its value is `coefficient ÷ 10^scale ÷ divisor`; the divisor is 1 wherever the
 * number has an end as a decimal, which keeps the usual arithmetic as quick as that of whole numbers.
 */
export class Exact {
  private readonly coefficient: bigint;
  private readonly scale: number;
  /** At least 1, with no factor in common with 10. */
  private readonly divisor: bigint;

  private constructor(coefficient: bigint, scale: number, divisor: bigint) {
    this.coefficient = coefficient;
    this.scale = scale;
    this.divisor = divisor;
  }

  /** @throws {RangeError} where the text is no decimal number */
  static of(value: Numeric): Exact {
    if (value instanceof Exact) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return new Exact(BigInt(value), 0, ONE);
    const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? [];
    if (!whole && !fraction) throw new RangeError(`"${value}" is no decimal number.`);
    const digits = BigInt(whole + fraction);
    const scale = fraction.length - Number(exponent);
    const coefficient = scale < 0 ? digits * tenTo(-scale) : digits;
    return new Exact(sign === '-' ? -coefficient : coefficient, Math.max(scale, 0), ONE);
  }

  plus(value: Numeric): Exact {
    const other = Exact.of(value);
    if (this.divisor !== ONE || other.divisor !== ONE) return this.plusFraction(other);
    if (this.scale === other.scale) return new Exact(this.coefficient + other.coefficient, this.scale, ONE);
    const scale = Math.max(this.scale, other.scale);
    return new Exact(this.at(scale) + other.at(scale), scale, ONE);
  }

  minus(value: Numeric): Exact {
    return this.plus(Exact.of(value).negated());
  }

  times(value: Numeric): Exact {
    const other = Exact.of(value);
    const coefficient = this.coefficient * other.coefficient;
    const scale = this.scale + other.scale;
    if (this.divisor === ONE && other.divisor === ONE) return new Exact(coefficient, scale, ONE);
    return Exact.reduced(coefficient, scale, this.divisor * other.divisor);
  }

  /** @throws {RangeError} where the divisor is zero */
  div(value: Numeric): Exact {
    const other = Exact.of(value);
    const sign = other.coefficient < ZERO ? -ONE : ONE;
    const scale = this.scale - other.scale;
    const coefficient = sign * this.coefficient * other.divisor * (scale < 0 ? tenTo(-scale) : ONE);
    return Exact.reduced(coefficient, Math.max(scale, 0), sign * other.coefficient * this.divisor);
  }

  negated(): Exact {
    return new Exact(-this.coefficient, this.scale, this.divisor);
  }

  abs(): Exact {
    return this.coefficient < ZERO ? this.negated() : this;
  }

  /** Below zero, zero or above zero as this is less than, equal to or greater than the other. */
  comparedTo(value: Numeric): number {
    const other = Exact.of(value);
    const scale = Math.max(this.scale, other.scale);
    const one = this.at(scale) * other.divisor;
    const two = other.at(scale) * this.divisor;
    return one === two ? 0 : one < two ? -1 : 1;
  }

  equals(value: Numeric): boolean {
    return this.comparedTo(value) === 0;
  }

  lessThan(value: Numeric): boolean {
    return this.comparedTo(value) < 0;
  }

  lessThanOrEqualTo(value: Numeric): boolean {
    return this.comparedTo(value) <= 0;
  }

  greaterThan(value: Numeric): boolean {
    return this.comparedTo(value) > 0;
  }

  greaterThanOrEqualTo(value: Numeric): boolean {
    return this.comparedTo(value) >= 0;
  }

  isZero(): boolean {
    return this.coefficient === ZERO;
  }

  isNegative(): boolean {
    return this.coefficient < ZERO;
  }

  isPositive(): boolean {
    return this.coefficient > ZERO;
  }

  isInteger(): boolean {
    return this.divisor === ONE && this.coefficient % tenTo(this.scale) === ZERO;
  }

  /** Whether it can be written as a decimal with an end; 1/3 cannot. */
  isDecimal(): boolean {
    return this.divisor === ONE;
  }

  floor(): Exact {
    const down = this.toNearest(Exact.of(1), 'down');
    return down.greaterThan(this) ? down.minus(1) : down;
  }

  toDecimalPlaces(places: number, mode: Rounding['mode'] = 'half-up'): Exact {
    return this.toNearest(new Exact(ONE, places, ONE), mode);
  }

  /** A multiple of `step`, which is above zero. */
  toNearest(step: Exact, mode: Rounding['mode']): Exact {
    const numerator = this.coefficient * tenTo(step.scale);
    const denominator = step.coefficient * tenTo(this.scale) * this.divisor;
    let multiple = numerator / denominator;
    const rest = numerator % denominator;
    const away = mode === 'up' ? rest !== ZERO : mode === 'half-up' && TWO * absolute(rest) >= denominator;
    if (away) multiple += numerator < ZERO ? -ONE : ONE;
    return new Exact(multiple * step.coefficient, step.scale, ONE);
  }

  toNumber(): number {
    return Number(this.toFixed());
  }

  /** Plain decimal notation without exponent or needless zeros; without an end, of its first 30 decimals. */
  toFixed(): string {
    if (this.divisor !== ONE) return this.toDecimalPlaces(SHOWN_DECIMALS).toFixed();
    if (this.scale === 0) return this.coefficient.toString();
    const digits = absolute(this.coefficient)
      .toString()
      .padStart(this.scale + 1, '0');
    let end = digits.length;
    const point = end - this.scale;
    while (end > point && digits.charCodeAt(end - 1) === ZERO_DIGIT) end--;
    const text =
      end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
    return this.coefficient < ZERO ? `-${text}` : text;
  }

  toString(): string {
    return this.toFixed();
  }

  toJSON(): string {
    return this.toFixed();
  }

  private plusFraction(other: Exact): Exact {
    const scale = Math.max(this.scale, other.scale);
    const coefficient = this.at(scale) * other.divisor + other.at(scale) * this.divisor;
    return Exact.reduced(coefficient, scale, this.divisor * other.divisor);
  }

  /** The coefficient at a scale no smaller than its own. */
  private at(scale: number): bigint {
    return scale === this.scale ? this.coefficient : this.coefficient * tenTo(scale - this.scale);
  }

  /** In lowest terms, with factors of 10 in the scale instead of the divisor. */
  private static reduced(coefficient: bigint, scale: number, divisor: bigint): Exact {
    if (divisor === ZERO) throw new RangeError('A number was divided by zero.');
    const common = greatestCommonDivisor(absolute(coefficient), divisor);
    let [above, below, places] = [coefficient / common, divisor / common, scale];
    for (const [factor, other] of FACTORS_OF_TEN)
      while (below % factor === ZERO) {
        below /= factor;
        above *= other;
        places++;
      }
    return new Exact(above, places, below);
  }
}

const [ZERO, ONE, TWO, TEN] = [0n, 1n, 2n, 10n];
const FACTORS_OF_TEN = [
  [TEN, ONE],
  [2n, 5n],
  [5n, 2n],
] as const;
const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
const SHOWN_DECIMALS = 30;
const ZERO_DIGIT = 48;
const powersOfTen = Array.from({ length: 40 }, (_, exponent) => TEN ** BigInt(exponent));

const tenTo = (exponent: number): bigint => powersOfTen[exponent] ?? TEN ** BigInt(exponent);
const absolute = (value: bigint): bigint => (value < ZERO ? -value : value);

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== ZERO) [a, b] = [b, a % b];
  return a;
}

export const exact = (value: Numeric): Exact => Exact.of(value);

const steps = new Map<string, Exact>();

export function round(value: Exact, rule: Rounding | undefined): Exact {
  if (!rule) return value;
  let step = steps.get(rule.to);
  if (!step) steps.set(rule.to, (step = exact(rule.to)));
  return value.toNearest(step, rule.mode);
}

export function sum(values: Iterable<Exact>): Exact {
  let total = exact(0);
  for (const value of values) total = total.plus(value);
  return total;
}

/** Plain notation, without exponent or negative zero. */
export const decimalString = (value: Exact): string => value.toFixed();
