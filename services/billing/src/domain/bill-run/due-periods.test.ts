import { describe, expect, it } from '@jest/globals';
import type { Agreement } from '../billing-cycle/agreement.ts';
import { duePeriods } from './due-periods.ts';

const agreement: Agreement = {
  id: 'AGR-1',
  customerId: 'CUST-1',
  usagePointId: 'UP-1',
  startsOn: '2026-08-20',
  billingDay: 5,
  billingMonths: 1,
  terms: [],
};
const due = (
  over: Partial<Agreement>,
  now: string,
  { billed = [] as string[], isZoneKnown = true, dueBy = undefined as string | undefined } = {},
) =>
  duePeriods(
    { ...agreement, ...over },
    isZoneKnown ? 'Asia/Seoul' : undefined,
    { issuedAt: Date.parse(now), dueBy },
    (start) => billed.includes(start),
  ).map(({ start, end }) => `${start} ${end}`);

describe('the periods that are due', () => {
  it('are all that have ended and have no bill, oldest first', () => {
    const all = ['2026-08-20 2026-09-05', '2026-09-05 2026-10-05', '2026-10-05 2026-11-05'];
    expect(due({}, '2026-11-20T00:00:00Z')).toEqual(all);
    expect(due({}, '2026-11-20T00:00:00Z', { billed: ['2026-09-05'] })).toEqual([all[0], all[2]]);
  });

  it('end when the local day does; last of all where the time zone is not known', () => {
    const one = ['2026-08-20 2026-09-05'];
    expect(due({}, '2026-09-04T14:59:59Z')).toEqual([]);
    expect(due({}, '2026-09-04T15:00:00Z')).toEqual(one);
    expect(due({}, '2026-09-05T11:59:59Z', { isZoneKnown: false })).toEqual([]);
    expect(due({}, '2026-09-05T12:00:00Z', { isZoneKnown: false })).toEqual(one);
  });

  it('are no later than is asked', () => {
    expect(due({}, '2026-11-20T00:00:00Z', { dueBy: '2026-10-04' })).toEqual(['2026-08-20 2026-09-05']);
    expect(due({}, '2026-09-04T14:59:59Z', { dueBy: '2027-01-01' })).toEqual([]);
  });

  it('last as long as the agreement does', () => {
    expect(due({ endsOn: '2026-09-10' }, '2026-11-20T00:00:00Z')).toEqual([
      '2026-08-20 2026-09-05',
      '2026-09-05 2026-09-10',
    ]);
    expect(due({ billingMonths: 2 }, '2026-11-20T00:00:00Z')).toEqual(['2026-08-20 2026-10-05']);
  });
});
