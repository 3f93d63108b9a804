import { describe, expect, it } from '@jest/globals';
import { bill, lines, since2024, tariffOf } from '../../../../test/rating.test-kit.ts';
import { rateBill, type RatingRequest } from '../rate-bill.ts';

const march: RatingRequest = { start: '2024-03-01', end: '2024-04-01', usage: { kWh: '310' } };
/** 20 days of winter and 10 of summer. */
const acrossSeasons: RatingRequest = { start: '2024-04-11', end: '2024-05-11', usage: { kWh: '300' } };
const energy = { code: 'energy', kind: 'flat', rate: since2024('0.1') };

describe('discounts', () => {
  const family = {
    code: 'family',
    kind: 'discount',
    of: ['energy'],
    for: 'family',
    share: since2024('0.3'),
    limit: since2024('9'),
  };
  const rated = (charges: object[], request: Partial<RatingRequest>) =>
    lines(bill(tariffOf([energy, ...charges]), { ...march, ...request })).filter(
      (line) => !line.startsWith('energy '),
    );

  it('are for those who are entitled, on the days on which they are', () => {
    expect(rated([family], {})).toEqual([]);
    expect(rated([family], { discounts: ['family'] })).toEqual(['family 1 × -9 = -9']);
    expect(
      rated([family], { discounts: [{ code: 'family', from: '2024-03-22' }], usage: { kWh: '100' } }),
    ).toEqual(['family 10 × -0.3 × 10/31 = -0.97']);
    expect(rated([family], { discounts: [{ code: 'family', to: '2024-03-11' }] })).toEqual([
      'family 1 × -9 × 10/31 = -2.9',
    ]);
  });

  it('are capped in each season by its days', () => {
    // 20 of winter, at most 9 × 20/30 = 6 off; 10 of summer, at most 9 × 10/30 = 3.
    const of = (share: string) =>
      rated([{ ...family, share: since2024(share) }], { ...acrossSeasons, discounts: ['family'] });
    expect(of('0.2')).toEqual(['family 20 × -0.2 = -4', 'family 10 × -0.2 = -2']);
    expect(of('0.4')).toEqual(['family 1 × -9 × 20/30 = -6', 'family 1 × -9 × 10/30 = -3']);
  });

  it('of a group give only the best, day by day', () => {
    const other = { ...family, code: 'care', for: 'care', share: since2024('0.5'), limit: since2024('4') };
    const group = [family, other].map((discount) => ({ ...discount, group: 'social' }));
    expect(rated(group, { discounts: ['family', 'care'] })).toEqual(['family 1 × -9 = -9']);
    expect(rated(group, { discounts: ['care', { code: 'family', from: '2024-03-11' }] })).toEqual([
      'family 1 × -9 × 21/31 = -6.1',
      'care 1 × -4 × 10/31 = -1.29',
    ]);
    expect(rated([family, other], { discounts: ['family', 'care'] })).toEqual([
      'family 1 × -9 = -9',
      'care 1 × -4 = -4',
    ]);
  });

  it('by unit go up to so many units a month', () => {
    const perUnit = {
      code: 'freeze',
      kind: 'discount',
      of: ['energy'],
      perUnit: since2024('0.02'),
      units: '200',
    };
    expect(rated([perUnit], {})).toEqual(['freeze 200 × -0.02 = -4']);
    expect(rated([perUnit], { usage: { kWh: '150' } })).toEqual(['freeze 150 × -0.02 = -3']);
  });

  it('never take off more than there is', () => {
    expect(rated([{ code: 'gift', kind: 'discount', of: ['energy'], limit: since2024('50') }], {})).toEqual([
      'gift 1 × -31 = -31',
    ]);
  });

  it('that the tariff does not have are refused, and those that it has named', () => {
    expect(rateBill(tariffOf([energy, family]), { ...march, discounts: ['pensioner'] })).toMatchObject({
      code: 'DISCOUNT_UNKNOWN',
      message: expect.stringContaining('family'),
    });
  });
});
