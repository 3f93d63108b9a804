import { describe, expect, it } from '@jest/globals';
import { disconnectableFrom, isDisconnectable } from './disconnectable-hours.ts';
import { policy } from '../../../test/prepayment-scenario.ts';

const SEOUL = 'Asia/Seoul';
const holidays = new Set(['2025-10-06', '2025-10-07', '2025-10-08', '2025-10-09']);
const next = (local: string, timeZone = SEOUL) => {
  const at = Date.parse(local);
  const from = disconnectableFrom(policy(), at, timeZone, (date) => holidays.has(date));
  return from && new Date(from).toISOString();
};

describe('the hours in which a disconnection may be asked for', () => {
  it('have begun where it is a working day between ten and three', () => {
    expect(next('2025-10-01T11:30:00+09:00')).toBe('2025-10-01T02:30:00.000Z');
    expect(isDisconnectable(policy(), Date.parse('2025-10-01T11:30+09:00'), SEOUL, () => false)).toBe(true);
    expect(isDisconnectable(policy(), Date.parse('2025-10-01T15:00+09:00'), SEOUL, () => false)).toBe(false);
  });

  it.each([
    ['before ten the same day', '2025-10-01T03:00:00+09:00', '2025-10-01T01:00:00.000Z'],
    ['from three on the next day', '2025-10-01T15:00:00+09:00', '2025-10-02T01:00:00.000Z'],
    [
      'on a Friday evening, over weekend and holidays',
      '2025-10-03T20:00:00+09:00',
      '2025-10-10T01:00:00.000Z',
    ],
  ])('come %s', (_, at, expected) => {
    expect(next(at)).toBe(expected);
  });

  it('are those of the place, on the days when its clocks change too', () => {
    expect(next('2025-03-31T00:00:00Z', 'Europe/Berlin')).toBe('2025-03-31T08:00:00.000Z');
    expect(next('2025-03-28T16:00:00Z', 'Europe/Berlin')).toBe('2025-03-31T08:00:00.000Z');
  });

  it('never come where every day is a holiday', () => {
    expect(disconnectableFrom(policy(), 0, SEOUL, () => true)).toBeUndefined();
  });
});
