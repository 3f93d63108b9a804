import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { datesOf } from './billing-period.ts';
import { usageSoFar, type UsageDay } from './forecast.ts';

/** November 2026: 30 days, of which 9 are on weekends. */
const november = { start: '2026-11-01', end: '2026-12-01' };
const dates = datesOf(november);
const full = (date: string, total: number): UsageDay => ({ date, total, known: 96, missing: 0 });
const someDays = fc
  .array(fc.tuple(fc.nat({ max: 100_000 }), fc.integer({ min: 0, max: 96 })), { maxLength: 30 })
  .map((days) =>
    days.map(([total, known], index) => ({
      date: dates[index]!,
      total: known ? total : 0,
      known,
      missing: 96 - known,
    })),
  );

describe('usage of the running period', () => {
  it('counts days with readings, and only those of the period', () => {
    const days = [
      full('2026-10-31', 99_000),
      full('2026-11-02', 10_000),
      { date: '2026-11-03', total: 400, known: 4, missing: 92 },
      { date: '2026-11-04', total: 0, known: 0, missing: 96 },
      full('2026-12-01', 99_000),
    ];
    expect(usageSoFar(november, days)).toMatchObject({ daysMeasured: 2, daysInPeriod: 30, usage: 10_400 });
  });
  it('has no forecast before the first complete day', () => {
    expect(usageSoFar(november, []).forecast).toBeUndefined();
    expect(
      usageSoFar(november, [{ date: '2026-11-01', total: 5, known: 1, missing: 95 }]).forecast,
    ).toBeUndefined();
  });
  it('expects weekends to be as weekends', () => {
    // 1 November 2026 is a Sunday.
    const days = [full('2026-11-01', 20_000), full('2026-11-02', 10_000), full('2026-11-03', 12_000)];
    expect(usageSoFar(november, days).forecast).toBe(9 * 20_000 + 21 * 11_000);
  });
  it('expects a kind of day that has not been yet to be as the others', () => {
    expect(usageSoFar(november, [full('2026-11-02', 10_000)]).forecast).toBe(300_000);
  });
  it('expects of a day that is not complete what it has used already, at least', () => {
    const today = { date: '2026-11-03', total: 50_000, known: 48, missing: 48 };
    expect(usageSoFar(november, [full('2026-11-02', 10_000), today]).forecast).toBe(29 * 10_000 + 50_000);
  });

  it('comes to what was used, once all days are measured', () => {
    const totals = fc.array(fc.nat({ max: 100_000 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(totals, (each) => {
        const { usage, forecast, daysMeasured } = usageSoFar(
          november,
          each.map((total, day) => full(dates[day]!, total)),
        );
        expect(daysMeasured).toBe(30);
        expect(forecast).toBe(usage);
      }),
    );
  });
  it('never comes to less than was used, and never to more than its highest day every day', () => {
    fc.assert(
      fc.property(someDays, (days) => {
        const { usage, forecast } = usageSoFar(november, days);
        if (forecast === undefined) return;
        expect(forecast).toBeGreaterThanOrEqual(usage);
        expect(forecast).toBeLessThanOrEqual(30 * Math.max(...days.map(({ total }) => total)));
      }),
    );
  });
  it('does not depend on the order in which days became known', () => {
    fc.assert(
      fc.property(someDays, (days) => {
        expect(usageSoFar(november, [...days].reverse())).toEqual(usageSoFar(november, days));
      }),
    );
  });
});
