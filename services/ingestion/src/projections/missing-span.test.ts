import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { missingSpan } from './missing-span.ts';

const QUARTER = 900_000;
const day = (start: number, qualities: number[]) => ({
  start,
  intervalSeconds: 900,
  values: qualities.map(() => 1),
  qualities,
});

describe('what is missing of a profile', () => {
  it('is all where nothing is known, in whole intervals', () => {
    expect(missingSpan([], { from: 1, to: 4 * QUARTER + 1 }, 900)).toEqual({
      from: QUARTER,
      to: 4 * QUARTER,
    });
  });

  it('is nothing where all is known, or no interval is over yet', () => {
    expect(missingSpan([day(0, [0, 1, 2])], { from: 0, to: 3 * QUARTER }, 900)).toBeUndefined();
    expect(missingSpan([], { from: 0, to: QUARTER - 1 }, 900)).toBeUndefined();
  });

  it('reaches from the first to the last interval that is not known, and no farther', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 3), { minLength: 1, maxLength: 96 }), (qualities) => {
        const span = missingSpan([day(0, qualities)], { from: 0, to: qualities.length * QUARTER }, 900);
        const [first, last] = [qualities.indexOf(3), qualities.lastIndexOf(3)];
        expect(span).toEqual(first < 0 ? undefined : { from: first * QUARTER, to: (last + 1) * QUARTER });
      }),
    );
  });
});
