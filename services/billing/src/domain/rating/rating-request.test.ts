import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { decimalString } from './exact.ts';
import { smallTariff } from '../../../test/small-tariff.ts';
import { ratingInput } from './rating-request.ts';

const october = { start: '2024-10-01', end: '2024-10-03' };

const tariff = smallTariff();

function quantityOf(usage: unknown) {
  const input = ratingInput({ ...october, usage }, tariff);
  if (isRefusal(input)) return input.code;
  const total = input.usage.total('import');
  return isRefusal(total) ? total.code : decimalString(total);
}

describe('metered usage', () => {
  it('is a total, exactly as written', () => {
    expect(quantityOf({ kWh: '427.000000001' })).toBe('427.000000001');
    expect(quantityOf({ kWh: 427 })).toBe('427');
  });

  it('loses the noise of binary numbers, not the digits of text', () => {
    expect(quantityOf({ kWh: 0.1 + 0.2 })).toBe('0.3');
    expect(quantityOf({ kWh: 1e-7 })).toBe('0.0000001');
    expect(quantityOf({ kWh: '0.30000000000000004' })).toBe('REQUEST_INVALID');
  });

  it('is the exact sum of intervals that cover the period', () => {
    const kWh = Array.from({ length: 192 }, () => '0.1');
    expect(quantityOf({ intervals: { start: '2024-10-01T00:00', minutes: 15, kWh } })).toBe('19.2');
  });

  it('may be an hour longer or shorter than its days, where clocks change', () => {
    for (const count of [47, 48, 49])
      expect(
        quantityOf({ intervals: { start: '2024-10-01', minutes: 60, kWh: Array(count).fill('1') } }),
      ).toBe(String(count));
  });

  it('may not in months in which no clocks change, nor by a quarter of an hour', () => {
    const covers = (start: string, end: string, minutes: number, count: number) =>
      ratingInput(
        { start, end, usage: { intervals: { start, minutes, kWh: Array(count).fill('1') } } },
        tariff,
      );
    const code = 'INTERVALS_DO_NOT_COVER_PERIOD';
    expect(covers('2024-07-01', '2024-08-01', 60, 743)).toMatchObject({ code });
    expect(covers('2024-10-01', '2024-11-01', 15, 2975)).toMatchObject({ code });
  });

  it.each([
    [
      'an interval missing',
      'INTERVALS_DO_NOT_COVER_PERIOD',
      { intervals: { start: '2024-10-01', minutes: 60, kWh: Array(46).fill(1) } },
    ],
    [
      'another start',
      'INTERVALS_DO_NOT_COVER_PERIOD',
      { intervals: { start: '2024-10-01T01:00', minutes: 60, kWh: Array(48).fill(1) } },
    ],
    ['a start that is no time', 'REQUEST_INVALID', { intervals: { start: 'noon', minutes: 60, kWh: [1] } }],
    [
      'a value missing',
      'REQUEST_INVALID',
      { intervals: { start: '2024-10-01', minutes: 1440, kWh: [1, null] } },
    ],
    [
      'a total and intervals',
      'REQUEST_INVALID',
      { kWh: '1', intervals: { start: '2024-10-01', minutes: 1440, kWh: [1, 1] } },
    ],
    ['a negative quantity', 'REQUEST_INVALID', { kWh: '-1' }],
    ['no number', 'REQUEST_INVALID', { kWh: 'many' }],
    ['another unit', 'USAGE_UNIT_MISMATCH', { m3: '1' }],
    [
      'intervals of another unit',
      'USAGE_UNIT_MISMATCH',
      { intervals: { start: '2024-10-01', minutes: 1440, m3: [1, 1] } },
    ],
    ['two units', 'USAGE_UNIT_MISMATCH', { kWh: '1', m3: '2' }],
    [
      'intervals of two units',
      'USAGE_UNIT_MISMATCH',
      { intervals: { start: '2024-10-01', minutes: 1440, kWh: [1, 1], m3: [1, 1] } },
    ],
    ['nothing', 'USAGE_UNIT_MISMATCH', {}],
  ])('with %s is refused as %s', (_, code, usage) => {
    expect(quantityOf(usage)).toBe(code);
  });

  it.each([
    ['2024-02-30', '2024-03-30', 'PERIOD_INVALID'],
    ['2024-02-01T00:00', '2024-03-01', 'PERIOD_INVALID'],
    ['2024-03-01', '2024-03-01', 'PERIOD_INVALID'],
    ['2024-03-01', '2034-03-01', 'PERIOD_TOO_LONG'],
  ])('from %s to %s is refused as %s', (start, end, code) => {
    expect(ratingInput({ start, end, usage: { kWh: '1' } }, tariff)).toMatchObject({ code });
  });

  it('names the discount that ends before it begins', () => {
    const discounts = [{ code: 'family', from: '2024-10-05', to: '2024-10-05' }];
    expect(ratingInput({ ...october, usage: { kWh: '1' }, discounts }, tariff)).toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('"family" ends on 2024-10-05'),
    });
  });

  it('names the member of the request that is not understood', () => {
    expect(ratingInput({ ...october, usage: { kWh: '1' }, discount: [] }, tariff)).toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('discount'),
    });
    expect(ratingInput(null, tariff)).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
