import { describe, expect, it } from '@jest/globals';
import { bill, lines, since2024, tariffOf } from '../../../../test/rating.test-kit.ts';
import { type RatingRequest } from '../rate-bill.ts';

const march: RatingRequest = { start: '2024-03-01', end: '2024-04-01', usage: { kWh: '310' } };

describe('the power factor', () => {
  const rule = {
    from: '09:00',
    to: '23:00',
    standard: '0.9',
    best: '0.95',
    worst: '0.6',
    sharePerPoint: '0.01',
    rewards: true,
  };
  const rated = (more: object, request: Partial<RatingRequest>, of: object = rule) =>
    lines(
      bill(
        tariffOf([
          { code: 'base', kind: 'fixed', rate: since2024('100') },
          {
            code: 'factor',
            kind: 'power-factor',
            of: ['base'],
            lagging: since2024(of),
            powerFactorRounding: { to: '0.01', mode: 'half-up' },
            ...more,
          },
        ]),
        { ...march, ...request },
      ),
    ).slice(1);

  it.each([
    ['0.9', []],
    ['0.93', ['factor-lagging 100 × -0.03 = -3']],
    ['0.99', ['factor-lagging 100 × -0.05 = -5']],
    ['0.884', ['factor-lagging 100 × 0.02 = 2']],
    ['0.3', ['factor-lagging 100 × 0.3 = 30']],
  ])('of %s adds or takes off so much for each hundredth, within limits', (lagging, expected) => {
    expect(rated({}, { powerFactor: { lagging } })).toEqual(expected);
  });

  it('only costs where it is not rewarded, and nothing where it is not metered', () => {
    expect(rated({}, { powerFactor: { lagging: '0.99' } }, { ...rule, rewards: false })).toEqual([]);
    expect(rated({}, {})).toEqual([]);
  });

  it('comes from active and reactive intervals of its hours', () => {
    const values = (value: number) => Array<number>(31 * 24).fill(value);
    const intervals = { start: '2024-03-01', minutes: 60, kWh: values(3), laggingKvarh: values(4) };
    expect(rated({}, { usage: { intervals } })).toEqual(['factor-lagging 100 × 0.3 = 30']);
    expect(rated({ windowMinutes: 60 }, { usage: { intervals } })).toEqual(['factor-lagging 100 × 0.3 = 30']);
  });
});
