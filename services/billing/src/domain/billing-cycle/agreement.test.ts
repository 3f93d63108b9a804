import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '@metermesh/decider';
import { agreement } from '../../../test/billing-scenario.ts';
import { billingPeriod, type Agreement } from './agreement.ts';
import type { Period } from '../rating/period.ts';

const periodFrom = (start: string, over: Partial<Agreement> = {}) => {
  const found = billingPeriod({ ...agreement, ...over }, start);
  return isRefusal(found) ? found.code : `${found.start}/${found.end}`;
};

describe('a billing period', () => {
  it('runs from one billing day to the next', () => {
    expect(periodFrom('2024-02-01')).toBe('2024-02-01/2024-03-01');
    expect(periodFrom('2024-12-28', { billingDay: 28 })).toBe('2024-12-28/2025-01-28');
  });

  it('is shorter where the agreement begins in it, and is named by either start', () => {
    expect(periodFrom('2024-01-15')).toBe('2024-01-15/2024-02-01');
    expect(periodFrom('2024-01-01')).toBe('2024-01-15/2024-02-01');
    expect(periodFrom('2024-01-15', { billingDay: 20 })).toBe('2024-01-15/2024-01-20');
  });

  it('is shorter where the agreement ends in it', () => {
    expect(periodFrom('2024-05-01', { endsOn: '2024-05-11' })).toBe('2024-05-01/2024-05-11');
  });

  it.each([
    ['before the agreement', '2023-12-01', {}],
    ['after its end', '2024-06-01', { endsOn: '2024-06-01' }],
    ['of an agreement that ended before it began', '2024-01-15', { endsOn: '2024-01-15' }],
  ])('%s is not covered', (_, start, over) => {
    expect(periodFrom(start, over)).toBe('AGREEMENT_DOES_NOT_COVER_PERIOD');
  });

  it('begins on no other day, and says on which it does', () => {
    expect(billingPeriod(agreement, '2024-02-10')).toMatchObject({
      code: 'PERIOD_START_INVALID',
      message: expect.stringContaining('begins on 2024-02-01'),
    });
  });

  it('follows its predecessor without gap or overlap until the agreement ends', () => {
    const scenario = fc.record({
      billingDay: fc.integer({ min: 1, max: 28 }),
      startsOn: fc.integer({ min: 0, max: 700 }).map(dateAfter2024),
      length: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(scenario, ({ billingDay, startsOn, length }) => {
        const endsOn = new Date(Date.parse(startsOn) + length * 86_400_000).toISOString().slice(0, 10);
        const covered: string[] = [];
        for (let start = startsOn; start < endsOn;) {
          const found = billingPeriod({ ...agreement, billingDay, startsOn, endsOn }, start) as Period;
          covered.push(...found.days);
          start = found.end;
        }
        expect(covered).toHaveLength(length);
        expect([covered[0], covered.at(-1)! < endsOn]).toEqual([startsOn, true]);
      }),
    );
  });
});

const dateAfter2024 = (days: number) => new Date(Date.UTC(2024, 0, 1 + days)).toISOString().slice(0, 10);
