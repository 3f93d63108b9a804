import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { BillingDeterminantSchema, DeterminantSourceSchema } from '@metermesh/contracts';
import fc from 'fast-check';
import { day, electricity, period } from '../../../test/billing-scenario.ts';
import { sourcesOf } from './determinant-sources.ts';
import { packedEventIds } from './event-ids.ts';
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
    const ids = [1, 2, 3].map((number) => `00000000-0000-4000-8000-00000000000${number}`) as [
      string,
      string,
      string,
    ];
    const determinant = billingDeterminant(electricity, march, [
      day('2024-03-02', 7, {
        version: 3n,
        eventIds: packedEventIds(ids),
        eventPosition: '9-4',
        estimatedIntervals: 4,
      }),
      day('2024-03-04', 8, { eventIds: packedEventIds([ids[2]]), eventPosition: '9-5' }),
    ]);
    expect(sourcesOf(determinant)).toEqual([
      {
        localDate: '2024-03-02',
        version: 3n,
        eventId: ids[0],
        eventPosition: '9-4',
        readingEventIds: [ids[1], ids[2]],
        quantity: 7n,
        estimatedIntervals: 4,
        missingIntervals: 0,
        suspectIntervals: 0,
      },
      expect.objectContaining({
        eventId: ids[2],
        eventPosition: '9-5',
        readingEventIds: [],
        estimatedIntervals: 0,
      }),
    ]);
  });

  it('of before there were columns names its days too', () => {
    const source = create(DeterminantSourceSchema, { localDate: '2024-03-02', version: 3n, eventId: 'v3' });
    const determinant = create(BillingDeterminantSchema, { code: 'active-energy-import', sources: [source] });
    expect(sourcesOf(determinant)).toMatchObject([
      { localDate: '2024-03-02', version: 3n, eventPosition: '' },
    ]);
  });

  it('adds up to its sources, the same for days in any order, without those of other periods', () => {
    const dates = period('2024-02-15', '2024-04-15').days;
    const scenario = fc
      .uniqueArray(fc.record({ date: fc.constantFrom(...dates), wh: fc.integer({ min: 0, max: 2 ** 34 }) }), {
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
        expect(sourcesOf(determinant).map(({ localDate }) => localDate)).toEqual(
          inMarch.map(({ date }) => date).sort(),
        );
        const wattHours = sum(inMarch.map(({ wh }) => exact(wh)));
        expect(exact(determinant.quantity).times(1000).equals(wattHours)).toBe(true);
      }),
    );
  });
});
