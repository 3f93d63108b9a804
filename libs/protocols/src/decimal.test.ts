import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaleDecimal, shortestSingle } from './decimal.ts';

describe('scaling a raw value', () => {
  it.each([
    [2370, -1, '237.0'],
    [5, -3, '0.005'],
    [-5, -3, '-0.005'],
    [0, -2, '0.00'],
    [12, 3, '12000'],
    [0, 3, '0'],
    [18446744073709551615n, -3, '18446744073709551.615'],
    [1.5, 0, '1.5'],
    [1.5, -1, '0.15'],
    [1.5, 3, '1500'],
    [1e21, 0, '1000000000000000000000'],
    [2.5e-7, 0, '0.00000025'],
  ])('%p × 10^%p is %p', (raw, scaler, text) => {
    expect(scaleDecimal(raw, scaler)).toBe(text);
  });

  it('moves the point and changes nothing else', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
        fc.integer({ min: -12, max: 12 }),
        (raw, scaler) => {
          const [whole, fraction = ''] = scaleDecimal(raw, scaler).split('.');
          expect(BigInt(whole! + fraction) * 10n ** BigInt(Math.max(0, -scaler))).toBe(
            raw * 10n ** BigInt(fraction.length + scaler + Math.max(0, -scaler)),
          );
          expect(fraction).toHaveLength(Math.max(0, -scaler));
        },
      ),
    );
  });

  it('shows a single-precision value with the digits it has', () => {
    expect(shortestSingle(Math.fround(0.1))).toBe(0.1);
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) =>
        expect(Math.fround(shortestSingle(value)) === value).toBe(true),
      ),
    );
  });
});
