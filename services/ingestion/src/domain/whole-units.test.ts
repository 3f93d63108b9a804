import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { powerOfTen, product, ratioOf } from './ratio.ts';
import { exactDecimal, roundedUnits, wholeUnits } from './whole-units.ts';

describe('interval values in whole units', () => {
  const ratio = (multiplier: string, scaler: number) =>
    product(ratioOf(exactDecimal(multiplier)!), powerOfTen(scaler));

  it('stay as they are where the meter counts in the unit itself', () => {
    expect([...wholeUnits([1, 0, 250], ratio('1', 0))]).toEqual([1, 0, 250]);
  });

  it('grow with scaler and transformer ratio, exactly', () => {
    expect([...wholeUnits([7, 3], ratio('40.5', 1))]).toEqual([2835, 1215]);
  });

  it('keep the fraction for the interval that completes it', () => {
    expect([...wholeUnits([4, 4, 4, 4, 4], ratio('1', -1))]).toEqual([0, 1, 0, 1, 0]);
  });

  it('do not become known where they are not, nor where 32 bits do not hold them', () => {
    expect([...wholeUnits([Number.NaN, 5, 3_000_000_000], ratio('1', 0))]).toEqual([
      Number.NaN,
      5,
      Number.NaN,
    ]);
  });

  it('lose and make no energy: every running total is within half a unit of the truth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 100_000 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: -4, max: 0 }),
        (values, hundredths, scaler) => {
          const whole = wholeUnits(
            values,
            product({ multiplier: BigInt(hundredths), divisor: 1n }, powerOfTen(scaler - 2)),
          );
          const shift = 10n ** BigInt(2 - scaler);
          let truth = 0n;
          let answered = 0n;
          values.forEach((value, i) => {
            truth += BigInt(value) * BigInt(hundredths);
            answered += BigInt(whole[i]!);
            const error = 2n * (answered * shift - truth);
            expect(error <= shift && error > -shift - 1n).toBe(true);
          });
        },
      ),
    );
  });
});

describe('an exact decimal', () => {
  it.each(['', '1e3', '1,5', 'NaN', '.5', '--1'])('is not read from %p', (text) => {
    expect(exactDecimal(text)).toBeUndefined();
  });
  it('keeps every digit', () => {
    expect(exactDecimal('-0012.3400')).toEqual({ digits: -123400n, exponent: -4 });
  });
});

describe('states in whole units', () => {
  it('are rounded one by one, half upwards, below zero too', () => {
    expect([...roundedUnits([215, -15, 4], powerOfTen(2))]).toEqual([21_500, -1500, 400]);
    expect([...roundedUnits([4, 5, -5, -6], powerOfTen(-1))]).toEqual([0, 1, 0, -1]);
    expect([...roundedUnits([Number.NaN, 0.5, 3_000_000_000], powerOfTen(0))]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
