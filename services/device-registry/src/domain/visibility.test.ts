import { describe, expect, it } from '@jest/globals';
import { isVisibleAt, isVisibleDuring } from './visibility.ts';

const october = [{ startsOn: '2026-10-01', endsOn: '2026-11-01' }];
const seoul = 'Asia/Seoul';
const installed = (from: string, to?: string) => ({
  installedAt: new Date(from),
  removedAt: to === undefined ? null : new Date(to),
});

describe('what a customer may see', () => {
  it('begins and ends with local days, not with those of Greenwich', () => {
    expect(isVisibleAt(new Date('2026-09-30T14:59:59Z'), seoul, october)).toBe(false);
    expect(isVisibleAt(new Date('2026-09-30T15:00:00Z'), seoul, october)).toBe(true);
    expect(isVisibleAt(new Date('2026-10-31T14:59:59Z'), seoul, october)).toBe(true);
    expect(isVisibleAt(new Date('2026-10-31T15:00:00Z'), seoul, october)).toBe(false);
  });
  it('includes a meter that was there for a part of the time', () => {
    expect(isVisibleDuring(installed('2026-01-01T00:00Z'), seoul, october)).toBe(true);
    expect(isVisibleDuring(installed('2026-01-01T00:00Z', '2026-10-05T00:00Z'), seoul, october)).toBe(true);
    expect(isVisibleDuring(installed('2026-01-01T00:00Z', '2026-09-05T00:00Z'), seoul, october)).toBe(false);
    expect(isVisibleDuring(installed('2026-11-02T00:00Z'), seoul, october)).toBe(false);
  });
  it('is nothing without an agreement', () => {
    expect(isVisibleAt(new Date(), seoul, [])).toBe(false);
  });
});
