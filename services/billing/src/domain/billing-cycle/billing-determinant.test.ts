import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { day, electricity, period } from '../../../test/billing-scenario.ts';
import { billingDeterminant } from './billing-determinant.ts';
import { exact, sum } from '../rating/exact.ts';

const march = period('2024-03-01', '2024-04-01');

describe('a billing determinant', () => {
  it('is the exact sum of its days, in the unit that is billed', () => {
    const { quantity, unit, code } = billingDeterminant(electricity, march, [
      day('2024-03-01', 1),
      day('2024-03-31', 4999),
    ]);
    expect({ quantity, unit, code }).toEqual({ quantity: '5', unit: 'kWh', code: 'active-energy-import' });
    expect(billingDeterminant(electricity, march, [day('2024-03-01', 1)]).quantity).toBe('0.001');
  });

  it('names for each day the version, the event and the readings it rests on', () => {
    const { sources } = billingDeterminant(electricity, march, [
      day('2024-03-02', 7, {
        version: 3n,
        eventId: 'v3',
        readingEventIds: ['r1', 'r2'],
        estimatedIntervals: 4,
      }),
    ]);
    expect(sources).toMatchObject([
      {
        localDate: '2024-03-02',
        version: 3n,
        eventId: 'v3',
        readingEventIds: ['r1', 'r2'],
        quantity: 7n,
        estimatedIntervals: 4,
      },
    ]);
  });

  it('adds up to its sources, the same for days in any order, without those of other periods', () => {
    const dates = period('2024-02-15', '2024-04-15').days;
    const scenario = fc
      .uniqueArray(fc.record({ date: fc.constantFrom(...dates), wh: fc.integer({ min: 0, max: 2 ** 40 }) }), {
        selector: ({ date }) => date,
      })
      .chain((days) => fc.tuple(fc.constant(days), fc.shuffledSubarray(days, { minLength: days.length })));
    fc.assert(
      fc.property(scenario, ([days, shuffled]) => {
        const of = (list: typeof days) =>
          billingDeterminant(
            electricity,
            march,
            list.map(({ date, wh }) => day(date, wh)),
          );
        const determinant = of(days);
        expect(of(shuffled)).toEqual(determinant);
        const inMarch = days.filter(({ date }) => date.startsWith('2024-03'));
        expect(determinant.sources.map(({ localDate }) => localDate)).toEqual(
          inMarch.map(({ date }) => date).sort(),
        );
        const wattHours = sum(inMarch.map(({ wh }) => exact(wh)));
        expect(exact(determinant.quantity).times(1000).equals(wattHours)).toBe(true);
      }),
    );
  });
});
