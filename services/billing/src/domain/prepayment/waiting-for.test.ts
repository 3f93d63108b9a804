import { describe, expect, it } from '@jest/globals';
import { refuse } from '@metermesh/decider';
import { chargedDay, october } from '../../../test/prepayment-scenario.ts';
import { waitingFor } from './waiting-for.ts';

const days = (count: number) => october.days.slice(0, count).map((date) => chargedDay(date));
const waiting = (
  drawn: number,
  complete: number,
  today: string,
  total: ReturnType<typeof refuse> | string = '1',
) =>
  waitingFor(
    { days: days(drawn) },
    { period: october, complete: days(complete), totalOf: () => total },
    today,
  );

describe('what a draw waits for', () => {
  it('is the first day without complete readings, once they should be there', () => {
    expect(waiting(3, 3, '2025-10-20')).toMatchObject({
      code: 'READINGS_MISSING',
      message: expect.stringMatching(/up to 2025-10-03.* 2025-10-04 are not complete/),
    });
    expect(waiting(0, 0, '2025-10-20')).toMatchObject({ message: expect.stringContaining('for no day') });
  });

  it('is nothing for the day before, whose readings have today to come, nor once all is drawn', () => {
    expect(waiting(3, 3, '2025-10-05')).toBeUndefined();
    expect(waiting(3, 3, '2025-10-06')).toBeDefined();
    expect(waiting(31, 31, '2025-12-01')).toBeUndefined();
  });

  it('is what rating refuses of a day whose readings are there', () => {
    expect(waiting(3, 4, '2025-10-20')).toBeUndefined();
    expect(waiting(3, 4, '2025-10-20', refuse('CONTRACT_POWER_REQUIRED', 'Give it.'))).toMatchObject({
      code: 'CONTRACT_POWER_REQUIRED',
    });
  });
});
