import { describe, expect, it } from '@jest/globals';
import { dailyRunId } from './daily-run.ts';

const seoul = { at: '03:00', timeZone: 'Asia/Seoul' };

describe('the run of a day', () => {
  it.each([
    ['2026-10-31T17:59:59Z', undefined],
    ['2026-10-31T18:00:00Z', 'daily-2026-11-01'],
    ['2026-11-01T14:59:59Z', 'daily-2026-11-01'],
    ['2026-11-01T15:00:00Z', undefined],
  ])('at %s is %s', (now, id) => {
    expect(dailyRunId(seoul, Date.parse(now))).toBe(id);
  });

  it('comes too on a day whose clocks jump over its time', () => {
    const berlin = { at: '02:30', timeZone: 'Europe/Berlin' };
    expect(dailyRunId(berlin, Date.parse('2026-03-29T00:59:00Z'))).toBeUndefined();
    expect(dailyRunId(berlin, Date.parse('2026-03-29T01:00:00Z'))).toBe('daily-2026-03-29');
  });
});
