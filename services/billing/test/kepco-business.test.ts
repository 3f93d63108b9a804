import { describe, expect, it } from '@jest/globals';
import { amounts, answerOf, at, billOf, parts, quarterHours } from './kepco.test-kit.ts';

/** Bills worked by hand from the published rates and rules; each comment is the arithmetic. */
describe('KEPCO general service', () => {
  it('bills contract power and a price for each season at low voltage', async () => {
    // 10 × 6,160 = 61,600; 2,000 × 132.4 = 264,800; 18,000; 10,000 → 354,400; VAT 35,440; 3.2 % 11,340; 401,180
    const bill = await billOf('general-a-1-low-voltage', {
      start: '2024-07-01',
      end: '2024-08-01',
      usage: { kWh: '2000' },
      contractKw: '10',
    });
    expect(amounts(bill)).toEqual({
      base: '61600',
      energy: '264800',
      climate: '18000',
      fuel: '10000',
      vat: '35440',
      fund: '11340',
    });
    expect(bill.total).toBe('401180');
  });

  it('shares usage between seasons by days', async () => {
    // 17 days of May and 14 of June: 170 × 91.9 + 140 × 132.4 = 15,623 + 18,536
    const bill = await billOf('general-a-1-low-voltage', {
      start: '2024-05-15',
      end: '2024-06-15',
      usage: { kWh: '310' },
      contractKw: '10',
    });
    expect(amounts(bill)).toMatchObject({ base: '61600', energy: '34159' });
  });

  it('bills hours by season, working days, Saturdays and Sundays', async () => {
    // July 2023: 21 working days of 10, 8 and 6 hours, 5 Saturdays of 10 and 14, 5 Sundays of 24, at 400 kW:
    // (210 + 50 + 120) × 400 = 152,000; (168 + 70) × 400 = 95,200; 126 × 400 = 50,400
    // 152,000 × 92.8 + 95,200 × 145.7 + 50,400 × 227.8 = 14,105,600 + 13,870,640 + 11,481,120 = 39,457,360
    // 400 × 7,220 = 2,888,000; 297,600 × 9 and × 5; sum 46,511,760; VAT 4,651,176; 3.7 % 1,720,935 → 1,720,930
    const bill = await billOf('general-b-high-voltage-a-option-1', {
      start: '2023-07-01',
      end: '2023-08-01',
      usage: { intervals: quarterHours('2023-07-01', '2023-08-01', 400) },
      contractKw: '1000',
    });
    expect(parts(bill, 'energy')).toEqual({
      'summer-off-peak': '152000 × 92.8',
      'summer-mid-peak': '95200 × 145.7',
      'summer-on-peak': '50400 × 227.8',
    });
    expect(amounts(bill)).toEqual({
      base: '2888000',
      energy: '39457360',
      climate: '2678400',
      fuel: '1488000',
      vat: '4651176',
      fund: '1720930',
      total: '-6',
    });
    expect(bill.total).toBe('52883860');
  });

  it('bills public holidays as Sundays, and a holiday declared for once as a working day', async () => {
    // October 2023: 20 working days with the 2nd, 4 Saturdays, 5 Sundays, the 3rd and the 9th:
    // 200 + 40 + 168 = 408 hours, 160 + 56 = 216, 120
    const bill = await billOf('general-b-high-voltage-a-option-1', {
      start: '2023-10-01',
      end: '2023-11-01',
      usage: { intervals: quarterHours('2023-10-01', '2023-11-01', 1) },
      contractKw: '1',
    });
    expect(parts(bill, 'energy')).toEqual({
      'spring-autumn-off-peak': '408 × 92.8',
      'spring-autumn-mid-peak': '216 × 115.3',
      'spring-autumn-on-peak': '120 × 146',
    });
  });

  it('of small customers at high voltage is known until the reform of June 2026', async () => {
    const request = (start: string, end: string) => ({
      start,
      end,
      usage: { intervals: quarterHours(start, end, 100) },
      contractKw: '200',
    });
    const known = await billOf('general-a-2-high-voltage-a-option-2', request('2026-05-01', '2026-06-01'));
    expect(amounts(known)).toMatchObject({ base: '823000' });
    expect(
      await answerOf('general-a-2-high-voltage-a-option-2', request('2026-05-15', '2026-06-15')),
    ).toMatchObject({ code: 'TARIFF_NOT_EFFECTIVE' });
  });
});

describe('KEPCO industrial service', () => {
  it('bills a factory at high voltage', async () => {
    // January 2025: 19 working days, 4 Saturdays, 4 Sundays, 4 holidays (27 January was declared for once), at 500 kW:
    // (190 + 40 + 192) × 500 = 211,000; (152 + 56) × 500 = 104,000; 114 × 500 = 57,000
    // 211,000 × 117.9 + 104,000 × 164 + 57,000 × 221.5 = 24,876,900 + 17,056,000 + 12,625,500 = 54,558,400
    // 500 × 8,320 = 4,160,000; three points above 90 %: −0.6 % = −24,960; 372,000 × 9 and × 5
    // sum 63,901,440; VAT 6,390,144; 3.2 % 2,044,846 → 2,044,840; 72,336,424
    const bill = await billOf('industrial-b-high-voltage-a-option-2', {
      start: '2025-01-01',
      end: '2025-02-01',
      usage: { intervals: quarterHours('2025-01-01', '2025-02-01', 500) },
      contractKw: '800',
      powerFactor: { lagging: '0.93' },
    });
    expect(amounts(bill)).toEqual({
      base: '4160000',
      'power-factor': '-24960',
      energy: '54558400',
      climate: '3348000',
      fuel: '1860000',
      vat: '6390144',
      fund: '2044840',
      total: '-4',
    });
    expect(bill.total).toBe('72336420');
  });

  it('halves midday on weekends of spring and autumn since April 2026', async () => {
    // May 2026: 18 working days, 5 Saturdays, 8 Sundays and holidays, at 100 kW; half of 121.5 and 138.9 is 60.7 and 69.4
    // off-peak 180 + 50 + 8 × 21 = 398 h, at midday 24; mid-peak 144 + 5 × 11 = 199, at midday 15; on-peak 108
    const bill = await billOf('industrial-b-high-voltage-a-option-1', {
      start: '2026-05-01',
      end: '2026-06-01',
      usage: { intervals: quarterHours('2026-05-01', '2026-06-01', 100) },
      contractKw: '100',
    });
    expect(parts(bill, 'energy')).toEqual({
      'spring-autumn-off-peak': '39800 × 121.5',
      'spring-autumn-off-peak-midday': '2400 × 60.8',
      'spring-autumn-mid-peak': '19900 × 138.9',
      'spring-autumn-mid-peak-midday': '1500 × 69.5',
      'spring-autumn-on-peak': '10800 × 156.4',
    });
    // 4,835,700 + 145,920 + 2,764,110 + 104,250 + 1,689,120
    expect(amounts(bill)).toMatchObject({ energy: '9539100' });
  });

  it('bills each hour at the price of its day where prices change within the period', async () => {
    // 1 kW from 22:00 to 24:00: 8 days of October 2023 at 87.3, then November at 94.3 (winter) and from the 9th at 101
    const night = quarterHours('2023-10-24', '2023-11-24', (_, quarterHour) =>
      quarterHour >= at(22) ? 10 : 0,
    );
    const bill = await billOf('industrial-b-high-voltage-a-option-2', {
      start: '2023-10-24',
      end: '2023-11-24',
      usage: { intervals: night },
      contractKw: '10',
    });
    // 160 × 87.3 + 160 × 94.3 + 300 × 101 = 13,968 + 15,088 + 30,300
    expect(amounts(bill)).toMatchObject({ energy: '59356' });
  });

  it('bills small factories by contract power at low voltage, by hours at high', async () => {
    // 20 × 5,550 = 111,000; 3,000 × 94.4 = 283,200; 27,000; 15,000 → 436,200; VAT 43,620; 3.2 % 13,950; 493,770
    const low = await billOf('industrial-a-1-low-voltage', {
      start: '2025-05-01',
      end: '2025-06-01',
      usage: { kWh: '3000' },
      contractKw: '20',
    });
    expect(low.total).toBe('493770');
    // the factory's hours of January 2025 at 100 kW: 42,200 × 98.2 + 20,800 × 115.1 + 11,400 × 144.5
    const high = await billOf('industrial-a-2-high-voltage-a-option-2', {
      start: '2025-01-01',
      end: '2025-02-01',
      usage: {
        timeOfUse: { 'winter-off-peak': '42200', 'winter-mid-peak': '20800', 'winter-on-peak': '11400' },
        maxKw: { 'winter-on-peak': '100' },
      },
      contractKw: '200',
    });
    expect(amounts(high)).toMatchObject({ base: '747000', energy: '8185420' });
  });
});

describe('KEPCO educational service', () => {
  it('bills the hours before 2023', async () => {
    // November 2022: 22 working days, 4 Saturdays, 4 Sundays, at 100 kW: 356, 232 and 132 hours
    // 35,600 × 61.1 + 23,200 × 100.3 + 13,200 × 139 = 2,175,160 + 2,326,960 + 1,834,800 = 6,336,920
    // 609,000; 72,000 × 7.3 and × 5; sum 7,831,520; VAT 783,152; 3.7 % 289,760; 8,904,432
    const bill = await billOf('educational-b-high-voltage-a-option-1', {
      start: '2022-11-01',
      end: '2022-12-01',
      usage: { intervals: quarterHours('2022-11-01', '2022-12-01', 100) },
      contractKw: '120',
    });
    expect(amounts(bill)).toMatchObject({ base: '609000', energy: '6336920' });
    expect(bill.total).toBe('8904430');
  });

  it('knows neither hours nor power factor of a small school', async () => {
    // 5 × 5,230 = 26,150; 1,000 × 86.4; 9,000; 5,000 → 126,550; VAT 12,655; 3.2 % 4,040; 143,245
    const bill = await billOf('educational-a-low-voltage', {
      start: '2025-04-01',
      end: '2025-05-01',
      usage: { kWh: '1000' },
      contractKw: '5',
      powerFactor: { lagging: '0.6' },
    });
    expect(bill.total).toBe('143240');
  });
});

describe('hours of KEPCO', () => {
  const periodOf = async (date: string, hour: number, tariff = 'general-b-high-voltage-a-option-1') => {
    const start = `${date.slice(0, 7)}-01`;
    const end = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 1))
      .toISOString()
      .slice(0, 10);
    const bill = await billOf(tariff, {
      start,
      end,
      usage: {
        intervals: quarterHours(start, end, (day, quarterHour) =>
          day === date && quarterHour === at(hour) ? 4 : 0,
        ),
      },
      contractKw: '10',
    });
    return bill.lines.find((line) => line.charge === 'energy' && line.quantity === '1')?.timeOfUse;
  };

  it.each([
    ['2022-12-30', 8, 'winter-off-peak'],
    ['2022-12-30', 9, 'winter-mid-peak'],
    ['2022-12-30', 10, 'winter-on-peak'],
    ['2022-12-30', 17, 'winter-on-peak'],
    ['2022-12-30', 20, 'winter-mid-peak'],
    ['2022-12-30', 22, 'winter-on-peak'],
    ['2022-12-30', 23, 'winter-off-peak'],
    ['2023-01-03', 8, 'winter-mid-peak'],
    ['2023-01-03', 9, 'winter-on-peak'],
    ['2023-01-03', 16, 'winter-on-peak'],
    ['2023-01-03', 22, 'winter-off-peak'],
    ['2022-06-10', 10, 'summer-on-peak'],
    ['2022-06-10', 17, 'summer-mid-peak'],
    ['2023-06-09', 10, 'summer-mid-peak'],
    ['2023-06-09', 12, 'summer-mid-peak'],
    ['2023-06-09', 17, 'summer-on-peak'],
    ['2023-06-10', 17, 'summer-mid-peak'],
    ['2023-06-11', 17, 'summer-off-peak'],
    ['2023-06-06', 17, 'summer-off-peak'],
    ['2026-04-15', 17, 'spring-autumn-on-peak'],
    ['2026-06-01', 14, 'summer-mid-peak'],
    ['2026-06-01', 20, 'summer-on-peak'],
  ])('%s from %i o’clock is %s', async (date, hour, period) => {
    expect(await periodOf(date, hour)).toBe(period);
  });

  it('changed for large factories in the middle of April 2026', async () => {
    const factory = 'industrial-b-high-voltage-b-option-3';
    expect(await periodOf('2026-04-15', 20, factory)).toBe('spring-autumn-mid-peak');
    expect(await periodOf('2026-04-16', 20, factory)).toBe('spring-autumn-on-peak');
  });
});

describe('the demand that KEPCO bills', () => {
  const baseOf = async (
    kW: number | ((date: string, quarterHour: number) => number),
    more: { demandHistory?: Record<string, string>; contractKw?: string } = {},
  ) => {
    const bill = await billOf('general-b-high-voltage-a-option-1', {
      start: '2024-10-01',
      end: '2024-11-01',
      usage: { intervals: quarterHours('2024-10-01', '2024-11-01', kW) },
      contractKw: '1000',
      ...more,
    });
    return Number(amounts(bill)['base']) / 7220;
  };

  it('is the highest of the quarter hours outside off-peak', async () => {
    // Wednesday 2 October: 2,000 kW at night, 600 from 11:00; Sunday 6 October: 3,000
    expect(
      await baseOf((date, quarterHour) => {
        if (date === '2024-10-06') return 3000;
        if (date !== '2024-10-02') return 400;
        return quarterHour === at(2) ? 2000 : quarterHour === at(11) ? 600 : 400;
      }),
    ).toBe(600);
  });

  it('is whole kilowatts', async () => {
    expect(await baseOf(400.4)).toBe(400);
    expect(await baseOf(400.5)).toBe(401);
  });

  it('is at least 30 % of the contract power', async () => {
    expect(await baseOf(100)).toBe(300);
    expect(await baseOf(100, { contractKw: '200' })).toBe(100);
  });

  it('stays for eleven months at that of winter and summer, not of other months', async () => {
    expect(
      await baseOf(400, { demandHistory: { '2023-12': '700', '2024-05': '900', '2024-07': '650' } }),
    ).toBe(700);
    expect(
      await baseOf(400, { demandHistory: { '2023-10': '900', '2023-09': '900', '2024-09': '500' } }),
    ).toBe(500);
  });
});

describe('power factors at KEPCO', () => {
  const adjustment = async (
    start: string,
    end: string,
    powerFactor: { lagging?: string; leading?: string },
  ) => {
    const bill = await billOf('industrial-b-high-voltage-a-option-1', {
      start,
      end,
      usage: { intervals: quarterHours(start, end, 1000) },
      contractKw: '1000',
      powerFactor,
    });
    // of 1,000 × 7,220
    return Number(amounts(bill)['power-factor'] ?? 0) / 72_200;
  };

  it.each([
    ['0.9', 0],
    ['0.89', 0.2],
    ['0.5', 6],
    ['0.95', -1],
    ['1', -1],
  ])('before February 2025: lagging %s by day makes %f %%', async (lagging, percent) => {
    expect(await adjustment('2024-03-01', '2024-04-01', { lagging })).toBe(percent);
  });

  it.each([
    ['0.92', 0],
    ['0.9', 0.4],
    ['0.6', 6.4],
    ['0.97', -1],
    ['0.99', -1],
  ])('since: lagging %s by day makes %f %%', async (lagging, percent) => {
    expect(await adjustment('2025-03-01', '2025-04-01', { lagging })).toBe(percent);
  });

  it.each([
    ['1', 0],
    ['0.95', 0],
    ['0.9', 1],
  ])('leading %s by night makes %f %%', async (leading, percent) => {
    expect(await adjustment('2025-03-01', '2025-04-01', { leading })).toBe(percent);
  });

  it('come from reactive energy in half hours of the day', async () => {
    // 08:00 to 22:00: 400 kWh and 300 kvarh a quarter hour are 0.8, twelve points below 92 %: 2.4 % of 1,600 × 7,220
    const intervals = quarterHours('2025-03-01', '2025-04-01', 1600);
    const laggingKvarh = intervals.kWh.map((_, slot) => {
      const quarterHour = slot % 96;
      return quarterHour >= at(8) && quarterHour < at(22) ? '300' : '4000';
    });
    const bill = await billOf('industrial-b-high-voltage-a-option-1', {
      start: '2025-03-01',
      end: '2025-04-01',
      usage: { intervals: { ...intervals, laggingKvarh } },
      contractKw: '1600',
    });
    expect(amounts(bill)).toMatchObject({ base: '11552000', 'power-factor': '277248' });
  });
});
