import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agreement, period, termsFrom } from '../../../test/billing-scenario.ts';
import { segmentsOf } from './segments.ts';
import type { DatedTerms } from './terms.ts';

const march = period('2024-03-01', '2024-04-01');
const segments = (...terms: DatedTerms[]) =>
  segmentsOf({ ...agreement, terms }, march).map(
    ({ period: { start, end }, terms: { tariffId, contractKw } }) =>
      `${start}/${end} ${tariffId} ${contractKw ?? '-'}`,
  );
const first = termsFrom('2024-01-15');

describe('the segments of a period', () => {
  it('are one where nothing changes in it', () => {
    expect(segments(first)).toEqual(['2024-03-01/2024-04-01 example/small -']);
    expect(segments(first, termsFrom('2024-04-01', { tariffId: 'example/other' }))).toEqual([
      '2024-03-01/2024-04-01 example/small -',
    ]);
    expect(segments(first, termsFrom('2024-03-01', { tariffId: 'example/other' }))).toEqual([
      '2024-03-01/2024-04-01 example/other -',
    ]);
  });

  it('are cut where tariff, contract power, discounts or attributes change', () => {
    expect(
      segments(
        first,
        termsFrom('2024-03-11', { tariffId: 'example/other' }),
        termsFrom('2024-03-21', { tariffId: 'example/other', contractKw: '5' }),
      ),
    ).toEqual([
      '2024-03-01/2024-03-11 example/small -',
      '2024-03-11/2024-03-21 example/other -',
      '2024-03-21/2024-04-01 example/other 5',
    ]);
    expect(segments(first, termsFrom('2024-03-02', { discounts: [{ code: 'welfare' }] }))).toHaveLength(2);
    expect(segments(first, termsFrom('2024-03-02', { attributes: { households: '2' } }))).toHaveLength(2);
  });

  it('are not cut where only the way of payment changes, or the same is said again', () => {
    const again = termsFrom('2024-03-20');
    expect(segments(first, termsFrom('2024-03-10', { paymentMode: 'PREPAID' }), again)).toHaveLength(1);
  });

  it('follow one another without gap or overlap, whenever terms change', () => {
    const change = fc.record({
      from: fc
        .integer({ min: 0, max: 120 })
        .map((days) => new Date(Date.UTC(2024, 0, 16 + days)).toISOString().slice(0, 10)),
      tariffId: fc.constantFrom('example/a', 'example/b', 'example/c'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(change, { selector: ({ from }) => from, maxLength: 8 }), (changes) => {
        const terms = changes
          .sort((one, other) => (one.from < other.from ? -1 : 1))
          .map(({ from, tariffId }) => termsFrom(from, { tariffId }));
        const found = segmentsOf({ ...agreement, terms: [first, ...terms] }, march);
        expect(found.flatMap(({ period: { days } }) => days)).toEqual(march.days);
        for (const {
          period: { days },
          terms: each,
        } of found)
          for (const day of days)
            expect(each.tariffId).toBe([first, ...terms].findLast(({ from }) => from <= day)!.tariffId);
      }),
    );
  });
});
