import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { smallTariff } from '../../../test/small-tariff.ts';
import { chargeAmount, rateBill, type RatedBill, type RatingRequest } from './rate-bill.ts';

const tariff = smallTariff();

function billFor(start: string, end: string, kWh: string): RatedBill {
  const bill = rateBill(tariff, { start, end, usage: { kWh } });
  if (isRefusal(bill)) throw new Error(bill.message);
  return bill;
}
const amounts = (bill: RatedBill) =>
  bill.lines.map(({ code, quantity, rate, amount }) => [code, quantity, rate, amount]);
const refusal = (request: unknown) => rateBill(tariff, request as RatingRequest);

describe('a bill for a whole month', () => {
  it('has a line for every charge and tier, each explaining its amount, and one for the rounding of the total', () => {
    const bill = billFor('2024-02-01', '2024-03-01', '121');
    expect(amounts(bill)).toEqual([
      ['base', '1', '20', '20'],
      ['meter', '1', '3', '3'],
      ['energy-tier-1', '100', '0.1', '10'],
      ['energy-tier-2', '21', '0.2', '4.2'],
      ['fuel', '121', '-0.01', '-1.21'],
      ['vat', '35.99', '0.2', '7.2'],
      ['total-rounding', '1', '-0.09', '-0.09'],
    ]);
    expect(bill.total).toBe('43.1');
    expect(bill.lines.find((line) => line.code === 'vat')?.unrounded).toBe('7.198');
  });

  it('charges the base of the tier that the usage reaches, not of the one that it fills', () => {
    expect(chargeAmount(billFor('2024-02-01', '2024-03-01', '100'), 'base')).toBe('10');
    expect(chargeAmount(billFor('2024-02-01', '2024-03-01', '101'), 'base')).toBe('20');
  });

  it('takes the tiers of the season', () => {
    expect(chargeAmount(billFor('2024-05-01', '2024-06-01', '300'), 'energy')).toBe('30');
    expect(chargeAmount(billFor('2024-03-01', '2024-04-01', '300'), 'energy')).toBe('50');
  });

  it('rates no usage at the first tier', () => {
    const bill = billFor('2024-02-01', '2024-03-01', '0');
    expect(amounts(bill).slice(0, 3)).toEqual([
      ['base', '1', '10', '10'],
      ['meter', '1', '3', '3'],
      ['energy-tier-1', '0', '0.1', '0'],
    ]);
  });

  it('rounds the metered quantity as the tariff says before it rates it', () => {
    expect(billFor('2024-02-01', '2024-03-01', '100.5')).toEqual(billFor('2024-02-01', '2024-03-01', '101'));
  });
});

describe('a discount', () => {
  it('is given up to its limit, to the usage it is meant for', () => {
    expect(chargeAmount(billFor('2024-02-01', '2024-03-01', '50'), 'small-user')).toBe('-8');
    expect(chargeAmount(billFor('2024-02-01', '2024-03-01', '51'), 'small-user')).toBe('0');
  });

  it('leaves what must be left', () => {
    expect(chargeAmount(billFor('2024-02-01', '2024-03-01', '0'), 'small-user')).toBe('-6');
  });
});

describe('a period that is more than one part', () => {
  it('shares usage, tiers and monthly charges by the days of each season', () => {
    // 20 days of winter and 10 of summer: 400 kWh are 267 + 133, the tiers 67 of 100 and 100 of 300.
    const bill = billFor('2024-04-11', '2024-05-11', '400');
    expect(bill.lines.slice(0, 8)).toMatchObject([
      {
        code: 'base',
        rate: '20',
        amount: '13.33',
        from: '2024-04-11',
        to: '2024-05-01',
        days: 20,
        ofDays: 30,
      },
      {
        code: 'base',
        rate: '20',
        amount: '6.67',
        from: '2024-05-01',
        to: '2024-05-11',
        days: 10,
        ofDays: 30,
      },
      { code: 'meter', amount: '2' },
      { code: 'meter', amount: '1' },
      { code: 'energy-tier-1', quantity: '67', amount: '6.7' },
      { code: 'energy-tier-2', quantity: '200', amount: '40' },
      { code: 'energy-tier-1', quantity: '100', amount: '10' },
      { code: 'energy-tier-2', quantity: '33', amount: '6.6' },
    ]);
  });

  it('rounds the amount of each season before it adds them up', () => {
    // Base 20 × 10/30 in winter and 10 × 20/30 in summer: 6.67 + 6.67, where unrounded they would be 13.33.
    expect(chargeAmount(billFor('2024-04-21', '2024-05-21', '120'), 'base')).toBe('13.34');
  });

  it('gives the last season what rounding left, so that a metered fraction is not lost', () => {
    const { quantityRounding: _, ...unrounded } = tariff;
    const bill = rateBill(unrounded, {
      start: '2024-04-21',
      end: '2024-05-21',
      usage: { kWh: '120.4' },
    }) as RatedBill;
    const fuel = bill.lines.filter((line) => line.code === 'fuel').map((line) => line.quantity);
    expect(fuel).toEqual(['40', '80.4']);
  });

  it('loses nothing to repeating fractions that add up to a whole', () => {
    // (300 × (0.1 × 10 + 0.2 × 19) + 19 × (0.2 × 10 + 0.3 × 19)) / 29, none of whose four parts terminates
    expect(chargeAmount(billFor('2024-06-01', '2024-06-30', '319'), 'energy')).toBe('54.7');
  });

  it('carries every tier through a price change by days, without splitting the usage', () => {
    const bill = billFor('2024-06-01', '2024-07-01', '301');
    expect(bill.lines.filter((line) => line.charge === 'energy')).toMatchObject([
      {
        code: 'energy-tier-1',
        quantity: '300',
        rate: '0.1',
        amount: '10',
        days: 10,
        ofDays: 30,
        to: '2024-06-11',
      },
      { code: 'energy-tier-2', quantity: '1', rate: '0.2', amount: '0.07', days: 10 },
      { code: 'energy-tier-1', quantity: '300', rate: '0.2', amount: '40', days: 20, from: '2024-06-11' },
      { code: 'energy-tier-2', quantity: '1', rate: '0.3', amount: '0.2', days: 20 },
      { code: 'energy-rounding', amount: '-0.01' },
    ]);
    // 50.2666… truncated once, as a whole.
    expect(chargeAmount(bill, 'energy')).toBe('50.26');
  });

  it('prorates a part of a month by the days of the month that it begins', () => {
    const bill = billFor('2024-03-01', '2024-03-11', '40');
    expect(chargeAmount(bill, 'meter')).toBe('0.97');
    expect(bill.lines.filter((line) => line.charge === 'energy')).toMatchObject([
      { quantity: '32', amount: '3.2' },
      { quantity: '8', amount: '1.6' },
    ]);
  });
});

describe('a request that cannot be rated', () => {
  it.each([
    ['TARIFF_NOT_EFFECTIVE', { start: '2023-12-31', end: '2024-01-31', usage: { kWh: '1' } }],
    ['PERIOD_TOO_LONG', { start: '2024-01-01', end: '2024-02-02', usage: { kWh: '1' } }],
    ['USAGE_UNIT_MISMATCH', { start: '2024-01-01', end: '2024-02-01', usage: { m3: '1' } }],
  ])('is refused as %s', (code, request) => {
    expect(refusal(request)).toMatchObject({ code, message: expect.any(String) });
  });
});
