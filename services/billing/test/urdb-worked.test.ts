import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import {
  chargeAmount,
  rateBill,
  type RatedBill,
  type RatingRequest,
} from '../src/domain/rating/rate-bill.ts';
import { importUrdb } from '../src/domain/urdb/import-urdb.ts';

const HOURS = 24;
const june = { start: '2023-06-01', end: '2023-07-01' };
const everyHour = (period: number) =>
  Array.from({ length: 12 }, () => Array.from({ length: HOURS }, () => period));
/** Period 1 from noon to 18 h. */
const afternoons = Array.from({ length: 12 }, () =>
  Array.from({ length: HOURS }, (_, hour) => (hour >= 12 && hour < 18 ? 1 : 0)),
);

/** Rates of the database, rated; each comment is the arithmetic. */
describe('a rate of the US Utility Rate Database bills', () => {
  it('tiers of a month: 24,000 kWh a year of Florida Power & Light’s RS-1 of 2015', () => {
    // 12 × (1,000 × (0.07531 + 0.0119) + 1,000 × (0.09613 + 0.0119)) = 2,342.88, as REopt has it
    const rate = {
      label: '5550d6fd5457a3187e8b4567',
      energyratestructure: [
        [
          { max: 1000, rate: 0.07531, adj: 0.0119, unit: 'kWh' },
          { rate: 0.09613, adj: 0.0119, unit: 'kWh' },
        ],
      ],
    };
    expect(Number(bill(rate, { ...june, usage: { kWh: '2000' } }).total) * 12).toBeCloseTo(2342.88, 9);
  });

  it('tiers of a month by the hour, every hour carrying its share of each', () => {
    // 500 of 1,000 kWh are in the first tier, so half of the 750 kWh off peak and of the 250 on peak
    const rate = timeOfUse([tiers(500, 0.1, 0.2), tiers(500, 0.3, 0.4)]);
    const used = bill(
      rate,
      hourly((hour) => (hour % HOURS >= 12 && hour % HOURS < 18 ? 250 / 180 : 750 / 540)),
    );
    expect(Number(used.total)).toBeCloseTo(375 * 0.1 + 375 * 0.2 + 125 * 0.3 + 125 * 0.4, 6);
  });

  it('tiers that each period has of its own', () => {
    // off peak 500 × 0.1 + 40 × 0.2; on peak 100 × 0.3 + 80 × 0.4
    const rate = timeOfUse([tiers(500, 0.1, 0.2), tiers(100, 0.3, 0.4)]);
    expect(
      bill(
        rate,
        hourly(() => 1),
      ).total,
    ).toBe('120');
  });

  it('tiers a day', () => {
    // 30 days × 10 kWh × 0.1 + 420 × 0.2
    const rate = { energyratestructure: [tiers(10, 0.1, 0.2, 'kWh daily')] };
    expect(bill(rate, { ...june, usage: { kWh: '720' } }).total).toBe('114');
  });

  it('tiers by the hours for which the demand was used', () => {
    // 8 kW on one hour, else 3: 719 × 3 + 8 = 2,165 kWh; 8 × 200 h at 0.1, 565 at 0.05; 8 kW × 10
    const rate = {
      energyratestructure: [tiers(200, 0.1, 0.05, 'kWh/kW')],
      flatdemandstructure: [[{ rate: 10 }]],
    };
    const used = bill(
      rate,
      hourly((hour) => (hour === 100 ? 8 : 3)),
    );
    expect([chargeAmount(used, 'energy'), chargeAmount(used, 'demand')]).toEqual(['188.25', '80']);
  });

  it('demand in tiers, the last of which goes on', () => {
    // 300 × 0 + 100 × 13.48 + 200 × 14.48, as of a rate that ends its last tier at 500 kW
    const rate = {
      flatdemandstructure: [
        [
          { max: 300, rate: 0 },
          { max: 400, rate: 13.48 },
          { max: 500, rate: 14.48 },
        ],
      ],
    };
    expect(
      bill(
        rate,
        hourly((hour) => (hour === 5 ? 600 : 1)),
      ).total,
    ).toBe('4244');
  });

  it('demand of 15 minutes, and of hours where only these are metered', () => {
    const rate = { flatdemandstructure: [[{ rate: 10 }]], demandwindow: 15 };
    const quarters = Array.from({ length: 2880 }, (_, quarter) => (quarter === 7 ? 2 : 1));
    const intervals = { start: '2023-06-01', minutes: 15, kWh: quarters };
    expect(bill(rate, { ...june, usage: { intervals } }).total).toBe('80'); // 2 kWh in a quarter: 8 kW
    expect(
      bill(
        rate,
        hourly((hour) => (hour === 7 ? 5 : 1)),
      ).total,
    ).toBe('50');
  });

  it('demand while the system peaks', () => {
    // 4.5 for each kW in the hour of the peak, an afternoon's; nothing for one at night
    const rate = {
      coincidentratestructure: [[{ rate: 0 }], [{ rate: 4.5 }]],
      coincidentrateschedule: afternoons,
    };
    const used = hourly((hour) => (hour === 15 ? 6 : hour === 16 ? 20 : 1));
    const atPeaks = (...systemPeaks: string[]) => bill(rate, { ...used, systemPeaks }).total;
    expect(atPeaks('2023-06-01T15:30')).toBe('27');
    expect(atPeaks('2023-06-01T15:30', '2023-06-02T15:00')).toBe('27');
    expect(atPeaks('2023-06-01T23:00')).toBe('0');
    expect(rateBill(imported(rate), used)).toMatchObject({ code: 'SYSTEM_PEAKS_REQUIRED' });
  });

  it('reactive demand where it is metered', () => {
    const rate = { ...timeOfUse([[{ rate: 0.1 }], [{ rate: 0.1 }]]), demandreactivepowercharge: 0.41 };
    const used = hourly(() => 1);
    const { intervals } = used.usage;
    const laggingKvarh = Array.from({ length: 720 }, (_, hour) => (hour === 9 ? 5 : 1));
    expect(chargeAmount(bill(rate, used), 'reactive-demand')).toBe('0');
    const metered = bill(rate, { ...june, usage: { intervals: { ...intervals!, laggingKvarh } } });
    expect(chargeAmount(metered, 'reactive-demand')).toBe('2.05');
  });

  it('the net of a month, in tiers, and credits what is left over', () => {
    const rate = { energyratestructure: [tiers(500, 0.1, 0.2)], dgrules: 'Net Metering' };
    const net = (kWh: string, exportKWh: string) => bill(rate, { ...june, usage: { kWh, exportKWh } }).total;
    expect(net('900', '300')).toBe('70'); // 500 × 0.1 + 100 × 0.2
    expect(net('300', '400')).toBe('-10'); // 100 × 0.1
    const selling = {
      energyratestructure: [
        [
          { max: 500, rate: 0.1, sell: 0.03 },
          { rate: 0.2, sell: 0.03 },
        ],
      ],
      dgrules: 'Net Metering',
    };
    expect(bill(selling, { ...june, usage: { kWh: '300', exportKWh: '400' } }).total).toBe('-3');
  });

  it('each period net by itself where prices go by the hour', () => {
    // 540 off peak × 0.1; on peak 180 − 2 × 180 = −180 × 0.3
    const rate = { ...timeOfUse([[{ rate: 0.1 }], [{ rate: 0.3 }]]), dgrules: 'Net Metering' };
    const { intervals } = hourly(() => 1).usage;
    const exportKWh = Array.from({ length: 720 }, (_, hour) =>
      hour % HOURS >= 12 && hour % HOURS < 18 ? 2 : 0,
    );
    expect(bill(rate, { ...june, usage: { intervals: { ...intervals!, exportKWh } } }).total).toBe('0');
  });

  it('at least its minimum, a day or a month', () => {
    const rate = { energyratestructure: [[{ rate: 0.1 }]] };
    const least = (fields: object, kWh: string) =>
      bill({ ...rate, ...fields }, { ...june, usage: { kWh } }).total;
    expect(least({ mincharge: 10, minchargeunits: '$/month' }, '20')).toBe('10');
    expect(least({ mincharge: 0.5, minchargeunits: '$/day' }, '20')).toBe('15');
    expect(least({ minmonthlycharge: 10 }, '200')).toBe('20');
  });

  it('nothing before it began', () => {
    const rate = { energyratestructure: [[{ rate: 0.1 }]], startdate: Date.UTC(2023, 5, 15, 6) / 1000 };
    const refused = rateBill(imported(rate), { ...june, usage: { kWh: '1' } });
    expect(refused).toMatchObject({
      code: 'TARIFF_NOT_EFFECTIVE',
      message: expect.stringContaining('2023-06-15'),
    });
  });
});

function tiers(max: number, below: number, above: number, unit = 'kWh') {
  return [
    { max, rate: below, unit },
    { rate: above, unit },
  ];
}

function timeOfUse(energyratestructure: object[][]) {
  return {
    energyratestructure,
    energyweekdayschedule: afternoons,
    energyweekendschedule: afternoons,
  };
}

function hourly(kWh: (hour: number) => number): RatingRequest {
  const values = Array.from({ length: 720 }, (_, hour) => kWh(hour));
  return { ...june, usage: { intervals: { start: '2023-06-01T00:00', minutes: 60, kWh: values } } };
}

function imported(json: object) {
  const tariff = importUrdb({
    energyweekdayschedule: everyHour(0),
    energyweekendschedule: everyHour(0),
    ...json,
  });
  if (isRefusal(tariff)) throw new Error(`${tariff.code}: ${tariff.message}`);
  return tariff;
}

function bill(json: object, request: RatingRequest): RatedBill {
  const rated = rateBill(imported(json), request);
  if (isRefusal(rated)) throw new Error(`${rated.code}: ${rated.message}`);
  return rated;
}
