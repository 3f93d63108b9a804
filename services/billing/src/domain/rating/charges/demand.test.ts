import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { dayAndNight, lines, since2024, tariffOf } from '../../../../test/rating.test-kit.ts';
import { rate, rateBill, type RatingRequest } from '../rate-bill.ts';
import { ratingInput } from '../rating-request.ts';

const march: RatingRequest = { start: '2024-03-01', end: '2024-04-01', usage: { kWh: '310' } };

describe('demand', () => {
  const peak = { code: 'peak', kind: 'demand', rate: since2024('2') };
  const rated = (charge: object, request: Partial<RatingRequest>) => {
    const found = rateBill(tariffOf([{ ...peak, ...charge }], { calendars: [dayAndNight] }), {
      ...march,
      ...request,
    });
    return isRefusal(found) ? found.code : lines(found);
  };
  const maxKw = (kW: RatingRequest['usage']['maxKw']) => ({ usage: { kWh: '0', maxKw: kW } });

  it('is prorated by days, its tiers are not', () => {
    const charge = { tiers: since2024(['10']), rate: since2024(['2', '1']) };
    expect(rated(charge, maxKw('25'))).toEqual(['peak-tier-1 10 × 2 = 20', 'peak-tier-2 15 × 1 = 15']);
    expect(rated(charge, { ...maxKw('25'), end: '2024-03-11' })).toEqual([
      'peak-tier-1 10 × 2 × 10/31 = 6.45',
      'peak-tier-2 15 × 1 × 10/31 = 4.84',
    ]);
  });

  it('is kept up by ratchets, of the months that they name', () => {
    const demandHistory = {
      '2024-02': '30',
      '2023-12': { peak: '50', other: '99' },
      '2023-03': '80',
      '2023-02': '500',
    };
    const ratchets = (...each: object[]) => rated({ ratchets: each }, { ...maxKw('10'), demandHistory });
    expect(ratchets({ months: 12, share: '0.5' })).toEqual(['peak 40 × 2 = 80']);
    expect(ratchets({ months: 11, share: '0.5' })).toEqual(['peak 25 × 2 = 50']);
    expect(ratchets({ months: 11, ofMonths: [1, 2], share: '0.5' }, { months: 1, share: '0.9' })).toEqual([
      'peak 27 × 2 = 54',
    ]);
    expect(rated({ ratchets: [{ months: 12, share: '1' }] }, maxKw('10'))).toEqual(['peak 10 × 2 = 20']);
  });

  it('may be of some hours', () => {
    const day = { calendar: 'day-and-night', periods: ['day'] };
    expect(rated(day, maxKw({ day: '7', night: '9' }))).toEqual(['peak 7 × 2 = 14']);
    expect(rated(day, maxKw('9'))).toBe('DEMAND_REQUIRED');
    expect(rated({}, maxKw({ day: '7', night: '9' }))).toEqual(['peak 9 × 2 = 18']);
  });

  it('of intervals longer than its window is asked for, but not billed', () => {
    const kWh = Array.from({ length: 31 * 24 }, (_, hour) => (hour === 100 ? '12' : '5'));
    const hourly = { ...march, usage: { intervals: { start: '2024-03-01', minutes: 60, kWh } } };
    expect(rated({}, hourly)).toEqual(['peak 12 × 2 = 24']);
    const tariff = tariffOf([peak]);
    const input = ratingInput(hourly, tariff);
    if (isRefusal(input)) throw new Error(input.message);
    expect(rate(tariff, { ...input, acceptsLongerIntervals: false })).toMatchObject({
      code: 'INTERVAL_TOO_LONG',
    });
  });

  it('needs what it bills', () => {
    expect(rated({}, {})).toBe('DEMAND_REQUIRED');
    expect(rated({ basis: 'contract' }, {})).toBe('CONTRACT_POWER_REQUIRED');
    expect(rated({ basis: 'contract' }, { contractKw: '5' })).toEqual(['peak 5 × 2 = 10']);
    expect(rated({ unmetered: 'contract' }, { contractKw: '5' })).toEqual(['peak 5 × 2 = 10']);
    expect(rated({ atLeast: { kW: '8' } }, maxKw('3'))).toEqual(['peak 8 × 2 = 16']);
    expect(rated({ coincident: true }, maxKw('3'))).toBe('SYSTEM_PEAKS_REQUIRED');
  });

  it('while the system has its peaks is that of those intervals', () => {
    const kWh = Array.from({ length: 31 * 24 }, (_, hour) => (hour === 41 ? 6 : hour === 50 ? 9 : 1));
    const usage = { intervals: { start: '2024-03-01', minutes: 60, kWh } };
    const coincident = { coincident: true, windowMinutes: 60 };
    expect(rated(coincident, { usage, systemPeaks: ['2024-03-02T17:30'] })).toEqual(['peak 6 × 2 = 12']);
    expect(rated(coincident, { usage, systemPeaks: ['2024-03-02T17:30', '2024-03-03T04:00+02:00'] })).toEqual(
      ['peak 9 × 2 = 18'],
    );
  });
});
