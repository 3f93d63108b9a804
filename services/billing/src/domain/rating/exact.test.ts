import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalString, exact, round, sum, type Exact } from './exact.ts';

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, scale]) => ({
    text: textOf(digits, scale),
    numerator: digits,
    denominator: 10n ** BigInt(scale),
  }));
const divisors = fc.bigInt({ min: 1n, max: 400n });

describe('an exact number', () => {
  it('is written as it is read, without needless zeros, signs or exponents', () => {
    expect(
      ['0', '-0', '007', '1.50', '-0.10', '1e3', '2.5e-3', '1000'].map((text) => decimalString(exact(text))),
    ).toEqual(['0', '0', '7', '1.5', '-0.1', '1000', '0.0025', '1000']);
    expect(exact(0.1).plus(0.2).toFixed()).toBe('0.3');
  });

  it.each(['', '.', '1,5', 'many', 'NaN', 'Infinity', '0x10'])('cannot be read from "%s"', (text) => {
    expect(() => exact(text)).toThrow(RangeError);
  });

  it('without an end as a decimal is kept as the fraction it is', () => {
    const third = exact(1).div(3);
    expect(third.isDecimal()).toBe(false);
    expect(decimalString(sum([third, third, third]))).toBe('1');
    expect(decimalString(exact(1).div(8))).toBe('0.125');
    expect(third.toDecimalPlaces(2).toFixed()).toBe('0.33');
    expect(exact(-7).div(3).floor().toFixed()).toBe('-3');
  });

  it('cannot be divided by zero', () => {
    expect(() => exact(1).div('0.0')).toThrow(RangeError);
  });

  it('adds, subtracts, multiplies, divides and compares as fractions of whole numbers do', () => {
    fc.assert(
      fc.property(decimals, decimals, divisors, (a, b, divisor) => {
        const one = exact(a.text).div(divisor.toString());
        const two = exact(b.text);
        const isFraction = (value: Exact, numerator: bigint, denominator: bigint) =>
          value.times(denominator.toString()).equals(numerator.toString());
        const [n1, d1, n2, d2] = [a.numerator, a.denominator * divisor, b.numerator, b.denominator];
        expect(isFraction(one.plus(two), n1 * d2 + n2 * d1, d1 * d2)).toBe(true);
        expect(isFraction(one.minus(two), n1 * d2 - n2 * d1, d1 * d2)).toBe(true);
        expect(isFraction(one.times(two), n1 * n2, d1 * d2)).toBe(true);
        if (n2 !== 0n) expect(isFraction(one.div(two), n1 * d2, d1 * n2)).toBe(true);
        expect(Math.sign(one.comparedTo(two))).toBe(Number(sign(n1 * d2 - n2 * d1)));
      }),
    );
  });

  it('rounds to a multiple, never further away than the rule allows', () => {
    const rules = fc.record({
      to: fc.constantFrom('1', '10', '0.01', '0.05', '3'),
      mode: fc.constantFrom('down', 'half-up', 'up'),
    });
    fc.assert(
      fc.property(decimals, divisors, rules, ({ text }, divisor, rule) => {
        const value = exact(text).div(divisor.toString());
        const rounded = round(value, rule);
        const moved = rounded.abs().minus(value.abs());
        expect(rounded.div(rule.to).isInteger()).toBe(true);
        if (rule.mode === 'down')
          expect(moved.isPositive() || moved.abs().greaterThanOrEqualTo(rule.to)).toBe(false);
        if (rule.mode === 'up') expect(moved.isNegative() || moved.greaterThanOrEqualTo(rule.to)).toBe(false);
        if (rule.mode === 'half-up') {
          expect(moved.abs().times(2).lessThanOrEqualTo(rule.to)).toBe(true);
          expect(moved.times(-2).equals(rule.to)).toBe(false);
        }
      }),
    );
  });
});

function textOf(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
}

const sign = (value: bigint): bigint => (value > 0n ? 1n : value < 0n ? -1n : 0n);
