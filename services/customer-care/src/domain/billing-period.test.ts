import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { billingPeriodAt, datesOf } from './billing-period.ts';

const terms = (
  billingDay: number,
  startsOn = '2020-01-01',
  endsOn: string | null = null,
  billingMonths = 1,
) => ({ billingDay, billingMonths, startsOn, endsOn });
const anyDate = fc
  .integer({ min: 0, max: 4000 })
  .map((days) => Temporal.PlainDate.from('2020-01-01').add({ days }).toString());

describe('the running billing period', () => {
  it.each([
    ['2026-11-23', 1, '2026-11-01', '2026-12-01'],
    ['2026-11-23', 23, '2026-11-23', '2026-12-23'],
    ['2026-11-22', 23, '2026-10-23', '2026-11-23'],
    ['2026-01-05', 15, '2025-12-15', '2026-01-15'],
    ['2028-03-01', 28, '2028-02-28', '2028-03-28'],
  ])('on %s with billing day %i is %s to %s', (date, billingDay, start, end) => {
    expect(billingPeriodAt(date, terms(billingDay))).toEqual({ start, end });
  });
  it('has the months that were agreed, counted from the one that the agreement begins in', () => {
    const everyOther = terms(5, '2026-03-10', null, 2);
    expect(billingPeriodAt('2026-04-30', everyOther)).toEqual({ start: '2026-03-10', end: '2026-05-05' });
    expect(billingPeriodAt('2026-07-04', everyOther)).toEqual({ start: '2026-05-05', end: '2026-07-05' });
    expect(billingPeriodAt('2027-03-05', everyOther)).toEqual({ start: '2027-03-05', end: '2027-05-05' });
  });
  it('is cut to the agreement', () => {
    expect(billingPeriodAt('2026-11-23', terms(1, '2026-11-10', '2026-11-25'))).toEqual({
      start: '2026-11-10',
      end: '2026-11-25',
    });
  });
  it('does not run where the agreement is not in force', () => {
    expect(billingPeriodAt('2026-11-09', terms(1, '2026-11-10'))).toBeUndefined();
    expect(billingPeriodAt('2026-11-25', terms(1, '2026-11-10', '2026-11-25'))).toBeUndefined();
  });
  it('holds the date, and is the same for all of its dates', () => {
    fc.assert(
      fc.property(
        anyDate,
        fc.integer({ min: 1, max: 28 }),
        fc.constantFrom(1, 2, 12),
        (date, billingDay, months) => {
          const agreed = terms(billingDay, '2020-01-01', null, months);
          const period = billingPeriodAt(date, agreed)!;
          const dates = datesOf(period);
          expect(dates).toContain(date);
          expect(dates.at(0)).toBe(period.start);
          for (const other of [dates.at(0)!, dates.at(-1)!]) {
            expect(billingPeriodAt(other, agreed)).toEqual(period);
          }
        },
      ),
    );
  });
});
