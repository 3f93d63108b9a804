import { describe, expect, it } from '@jest/globals';
import { bill, dayAndNight, lines, since2024, tariffOf } from '../../../../test/rating.test-kit.ts';
import { rateBill, type RatingRequest } from '../rate-bill.ts';

const march: RatingRequest = { start: '2024-03-01', end: '2024-04-01', usage: { kWh: '310' } };
/** 20 days of winter and 10 of summer. */
const acrossSeasons: RatingRequest = { start: '2024-04-11', end: '2024-05-11', usage: { kWh: '300' } };

describe('time of use', () => {
  const hours = { code: 'hours', kind: 'time-of-use', calendar: 'day-and-night' };
  const rated = (charge: object, usage: RatingRequest['usage'], dates = march) =>
    bill(tariffOf([{ ...hours, ...charge }], { calendars: [dayAndNight] }), { ...dates, usage });
  /** One kWh an hour. */
  const intervals = (days: number, start: string) => ({
    intervals: { start, minutes: 60, kWh: Array<number>(days * 24).fill(1) },
  });

  it('is measured by date where prices change', () => {
    // March 2024 has 21 weekdays; the price changes on Monday the 18th, after 11 of them.
    const charge = {
      rate: [
        { from: '2024-01-01', value: { day: '1', night: '0' } },
        { from: '2024-03-18', value: { day: '2', night: '0' } },
      ],
    };
    expect(rated(charge, intervals(31, '2024-03-01')).lines).toMatchObject([
      {
        code: 'hours-day',
        timeOfUse: 'day',
        quantity: '154',
        rate: '1',
        amount: '154',
        from: '2024-03-01',
        to: '2024-03-18',
      },
      { code: 'hours-night', quantity: '254', amount: '0' },
      { code: 'hours-day', quantity: '140', rate: '2', amount: '280', from: '2024-03-18', to: '2024-04-01' },
      { code: 'hours-night', quantity: '196', amount: '0' },
    ]);
  });

  it('has tiers of its own in each period', () => {
    const charge = { tiers: since2024({ day: ['100'] }), rate: since2024({ day: ['1', '3'], night: '0.5' }) };
    expect(lines(rated(charge, { timeOfUse: { day: '120', night: '60' } }))).toEqual([
      'hours-day-tier-1 100 × 1 = 100',
      'hours-day-tier-2 20 × 3 = 60',
      'hours-night 60 × 0.5 = 30',
    ]);
  });

  it('from registers is shared by the days on which a period occurs, where seasons cut the billing period', () => {
    // 14 weekdays until the end of April, 8 in May
    const charge = { rate: since2024({ day: '1', night: '0' }) };
    expect(rated(charge, { timeOfUse: { day: '220', night: '30' } }, acrossSeasons).lines).toMatchObject([
      { quantity: '140', season: 'winter', to: '2024-05-01' },
      { quantity: '20' },
      { quantity: '80', season: 'summer' },
      { quantity: '10' },
    ]);
  });

  it.each<[string, RatingRequest['usage']]>([
    ['INTERVALS_REQUIRED', { kWh: '100' }],
    ['TIME_OF_USE_UNKNOWN', { timeOfUse: { day: '1', evening: '2' } }],
    ['REQUEST_INVALID', { kWh: '4', timeOfUse: { day: '1', night: '2' } }],
    ['INTERVAL_TOO_LONG', { intervals: { start: '2024-03-01', minutes: 1440, kWh: Array(31).fill('1') } }],
  ])('is refused as %s where it cannot be told', (code, usage) => {
    const tariff = tariffOf([{ ...hours, rate: since2024({ day: '1', night: '0' }) }], {
      calendars: [dayAndNight],
    });
    expect(rateBill(tariff, { ...march, usage })).toMatchObject({ code });
  });

  it('needs the holidays of the year', () => {
    const tariff = tariffOf([{ ...hours, rate: since2024({ day: '1', night: '0' }) }], {
      calendars: [{ ...dayAndNight, holidays: ['2024-03-29'] }],
    });
    const listed = { ...tariff.calendars![0]!, holidays: 'utopia' };
    const utopia = { code: 'utopia', name: { en: 'Utopia' }, source: 'made up', years: { '2023': [] } };
    const request = { ...march, usage: intervals(31, '2024-03-01') };
    expect(bill(tariff, request).lines).toMatchObject([{ quantity: String(20 * 14) }, {}]);
    expect(rateBill({ ...tariff, calendars: [listed], holidays: { utopia } }, request)).toMatchObject({
      code: 'HOLIDAYS_UNKNOWN',
      message: expect.stringContaining('2024'),
    });
  });
});
