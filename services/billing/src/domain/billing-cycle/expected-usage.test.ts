import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import fc from 'fast-check';
import { BERLIN, day, electricity, marchBasis } from '../../../test/billing-scenario.ts';
import type { BillingBasis } from './billing-basis.ts';
import { withExpectedUsage } from './expected-usage.ts';

const { days: dates } = marchBasis().period;
const known = (...days: ReturnType<typeof day>[]): BillingBasis => ({
  ...marchBasis(),
  days: new Map([[electricity.code, days]]),
});
const expected = (basis: BillingBasis, kWh: number) => {
  const filled = withExpectedUsage(basis, kWh);
  if (isRefusal(filled)) throw new Error(filled.message);
  return filled.days.get(electricity.code)!;
};
const totalOf = ({ values }: { values: Int32Array }) => values.reduce((sum, value) => sum + value, 0);

describe('what a period is expected to come to', () => {
  it('has a whole day for every date, also where clocks change, and comes to what is expected', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...dates), { minLength: 1 }),
        fc.nat(90_000),
        fc.nat(500),
        (measured, wh, more) => {
          const days = measured.sort().map((date) => day(date, wh));
          const least = (wh * days.length) / 1000;
          const filled = expected(known(...days), least + (days.length < dates.length ? more : 0));
          expect(filled.map(({ date }) => date)).toEqual(dates);
          for (const each of filled) {
            const { start, end } = localDay(each.date, BERLIN);
            expect([each.startsAt, each.values.length]).toEqual([start, (end - start) / 3_600_000]);
            expect(each.quantity).toBe(totalOf(each));
          }
          expect(filled.reduce((sum, each) => sum + totalOf(each), 0)).toBe(
            wh * days.length + (days.length < dates.length ? more * 1000 : 0),
          );
        },
      ),
    );
  });

  it('leaves complete days as they are and takes others to go as those of their kind', () => {
    // A Friday and a Saturday.
    const filled = expected(known(day('2024-03-01', 2400), day('2024-03-02', 24_000)), 21 * 2.4 + 10 * 24);
    const byDate = new Map(filled.map((each) => [each.date, totalOf(each)]));
    expect(byDate.get('2024-03-01')).toBe(2400);
    expect(byDate.get('2024-03-04')! / 2400).toBeCloseTo(1, 1);
    expect(byDate.get('2024-03-10')! / 24_000).toBeCloseTo(1, 1);
  });

  it('is not known before the first complete day', () => {
    expect(withExpectedUsage(known(day('2024-03-01', 10, { missingIntervals: 3 })), 100)).toMatchObject({
      code: 'READINGS_MISSING',
    });
  });
});
