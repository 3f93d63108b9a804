import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { dayAndNight, since2024, tariffOf } from '../../../test/rating.test-kit.ts';
import { parseHolidays } from './holidays.ts';
import { parseTariff } from './tariff.ts';

const energy = { code: 'energy', kind: 'flat', rate: since2024('1') };
const hours = {
  code: 'hours',
  kind: 'time-of-use',
  calendar: 'day-and-night',
  rate: since2024({ day: '2', night: '1' }),
};
const demand = { code: 'demand', kind: 'demand', rate: since2024('1') };
const side = {
  from: '09:00',
  to: '23:00',
  standard: '0.9',
  best: '0.95',
  worst: '0.6',
  sharePerPoint: '0.01',
};
const off = { kind: 'discount', of: ['energy'], limit: since2024('1') };
const rules = (value: object[]) => ({ calendars: [{ ...dayAndNight, rules: since2024(value) }] });
const [weekdays, rest] = dayAndNight.rules[0]!.value;

function faults(charges: object[], more: object = { calendars: [dayAndNight] }): string {
  const whole = {
    ...tariffOf([energy]),
    charges: charges.map((charge) => ({ name: { en: 'Charge' }, ...charge })),
    ...more,
  };
  const tariff = parseTariff(whole);
  return isRefusal(tariff) ? tariff.message : 'valid';
}

describe('the rules of a tariff', () => {
  it('agree with each other where they are sound', () => {
    expect(faults([energy, hours, demand, { ...off, code: 'off' }])).toBe('valid');
  });

  const unsound: [string, string, object[], object?][] = [
    [
      'an hour in no period',
      'calendars[0].rules[0].value: no period at 08:00 on a weekday in summer',
      [hours],
      rules([
        { ...weekdays!, hours: [weekdays!.hours[1]!, { from: '09:00', to: '22:00', period: 'day' }] },
        rest!,
      ]),
    ],
    [
      'an hour in two periods',
      '2 periods at 08:00 on a weekday in winter',
      [hours],
      rules([
        weekdays!,
        rest!,
        {
          seasons: ['winter'],
          dayTypes: ['weekday'],
          hours: [{ from: '08:00', to: '09:00', period: 'night' }],
        },
      ]),
    ],
    [
      'a day type in no rule',
      'no period at 00:00 on a saturday in summer',
      [hours],
      rules([weekdays!, { ...rest!, dayTypes: ['sunday', 'holiday'] }]),
    ],
    [
      'holidays in no rule',
      'no period at 00:00 on a holiday',
      [hours],
      {
        calendars: [
          {
            ...dayAndNight,
            holidays: ['2024-03-01'],
            rules: since2024([weekdays!, { ...rest!, dayTypes: ['saturday', 'sunday'] }]),
          },
        ],
      },
    ],
    [
      'a season that there is not',
      'calendars[0].rules[0].value[0].seasons[0]: no season is called "spring"',
      [hours],
      rules([{ ...weekdays!, seasons: ['spring'] }, rest!]),
    ],
    [
      'hours of a period that there is not',
      'has no period "noon"',
      [hours],
      rules([weekdays!, { ...rest!, hours: [{ from: '00:00', to: '24:00', period: 'noon' }] }]),
    ],
    [
      'a period without hours',
      'calendars[0].periods[2]: no rule has hours of "noon"',
      [hours],
      {
        calendars: [
          { ...dayAndNight, periods: [...dayAndNight.periods, { code: 'noon', name: { en: 'Noon' } }] },
        ],
      },
    ],
    [
      'an unknown list of holidays',
      'calendars[0].holidays: there is no list "utopia"',
      [hours],
      { calendars: [{ ...dayAndNight, holidays: 'utopia' }] },
    ],
    ['a calendar that there is not', '(hours).calendar: no calendar is called "day-and-night"', [hours], {}],
    [
      'a period without a price',
      '(hours).rate[0].value: no price for the period "night"',
      [{ ...hours, rate: since2024({ day: '1' }) }],
    ],
    [
      'a price of no period',
      '(hours).rate[0].value.noon: no period is called "noon"',
      [{ ...hours, rate: since2024({ day: '1', night: '1', noon: '1' }) }],
    ],
    [
      'a period with tiers and one price',
      '(hours).rate[0].value.day: 1 rates for 2 tiers',
      [{ ...hours, tiers: since2024({ day: ['100'] }) }],
    ],
    [
      'a price for a season too few',
      '(energy).rate[0].value: nothing for the season "winter"',
      [{ ...energy, rate: since2024({ summer: '1' }) }],
    ],
    [
      'a price for a season too many',
      '(energy).rate[0].value.spring: no season is called "spring"',
      [{ ...energy, rate: since2024({ summer: '1', winter: '1', spring: '1' }) }],
    ],
    [
      'tiers of demand that do not rise',
      '(demand).tiers[0].value[1]: 5 is not above',
      [{ ...demand, tiers: since2024(['10', '5']), rate: since2024(['1', '2', '3']) }],
    ],
    [
      'fewer prices of demand than tiers',
      '(demand).rate[0].value: 1 rates for 2 tiers',
      [{ ...demand, tiers: since2024(['10']) }],
    ],
    [
      'windows that do not divide a day',
      '(demand).windowMinutes: windows of 50 minutes',
      [{ ...demand, windowMinutes: 50 }],
    ],
    [
      'longer intervals accepted for a window that they are',
      '(demand).longerIntervals: only a window',
      [{ ...demand, windowMinutes: 'interval', longerIntervals: 'accepted' }],
    ],
    [
      'a ratchet above the whole',
      '(demand).ratchets[0].share: 1.5 is more',
      [{ ...demand, ratchets: [{ months: 11, share: '1.5' }] }],
    ],
    [
      'demand in periods of no calendar',
      'needs both "calendar" and "periods"',
      [{ ...demand, periods: ['day'] }],
    ],
    [
      'contract power in some hours',
      '(demand).basis: the contract power is measured in no hours',
      [{ ...demand, basis: 'contract', coincident: true }],
    ],
    [
      'tiers by the kW of nothing',
      '(block).tiersPerKwOf: "demand" is no demand charge that comes before',
      [
        {
          code: 'block',
          kind: 'progressive',
          tiersPerKwOf: 'demand',
          tiers: since2024({ summer: [], winter: [] }),
          rate: since2024(['1']),
        },
      ],
    ],
    [
      'a power factor of no side',
      '(factor): give "lagging", "leading" or both',
      [energy, { code: 'factor', kind: 'power-factor', of: ['energy'] }],
    ],
    [
      'a power factor whose limits do not rise',
      '(factor).lagging[0].value: worst 0.6, standard 0.9 and best 0.8',
      [
        energy,
        {
          code: 'factor',
          kind: 'power-factor',
          of: ['energy'],
          lagging: since2024({ ...side, best: '0.8' }),
        },
      ],
    ],
    [
      'a discount of nothing',
      '(off): give "share", "perUnit" or "limit"',
      [energy, { ...off, code: 'off', limit: undefined }],
    ],
    [
      'units of no discount by unit',
      '(off).units: "units" limits',
      [energy, { ...off, code: 'off', units: '9' }],
    ],
    [
      'a group that is torn apart',
      '(three).group: the discounts of group "g" must stand one after another',
      [
        energy,
        { ...off, code: 'one', group: 'g' },
        { ...off, code: 'two' },
        { ...off, code: 'three', group: 'g' },
      ],
    ],
    [
      'a discount of another of its group',
      '(two).of[1]: "one" is of the same group',
      [
        energy,
        { ...off, code: 'one', group: 'g' },
        { ...off, code: 'two', group: 'g', of: ['energy', 'one'] },
      ],
    ],
    [
      'a charge named twice',
      '(off).of[1]: "energy" is named twice',
      [energy, { ...off, code: 'off', of: ['energy', 'energy'] }],
    ],
    [
      'gas that is not converted',
      '(energy).quantity: "energy" needs the tariff\'s "conversion"',
      [{ ...energy, quantity: 'energy' }],
      { unit: 'm3' },
    ],
    [
      'what its unit does not measure',
      '(energy).quantity: a tariff in kWh has no "volume"',
      [{ ...energy, quantity: 'volume' }],
    ],
  ];

  // As one argument: a row without its last member would be given a callback in its place.
  it.each(unsound.map(([what, ...row]) => ({ what, row })))(
    'with $what are refused, and the place named',
    ({ row }) => {
      const [message, charges, more] = row;
      expect(faults(charges, more)).toContain(message);
    },
  );

  it('may leave a period unpriced until a calendar has it', () => {
    const later = {
      ...dayAndNight.rules[0]!,
      from: '2025-01-01',
      value: [{ hours: [{ from: '00:00', to: '24:00', period: 'noon' }] }],
    };
    const calendar = {
      ...dayAndNight,
      periods: [...dayAndNight.periods, { code: 'noon', name: { en: 'Noon' } }],
      rules: [...dayAndNight.rules, later],
    };
    const priced = { ...hours, rate: [...hours.rate, { from: '2025-01-01', value: { noon: '1' } }] };
    expect(faults([priced], { calendars: [calendar] })).toBe('valid');
    expect(
      faults([{ ...hours, rate: since2024({ day: '1', night: '1' }) }], { calendars: [calendar] }),
    ).toContain('no price for the period "noon"');
  });
});

describe('a list of holidays', () => {
  const name = { en: 'Day off' };
  const listed = (dates: string[]) =>
    parseHolidays({
      code: 'utopia',
      name,
      source: 'made up',
      years: { '2024': dates.map((date) => ({ date, name })) },
    });

  it('has each date once, under its year', () => {
    expect(listed(['2024-01-01', '2024-05-01'])).toMatchObject({ code: 'utopia' });
    for (const dates of [['2025-01-01'], ['2024-01-01', '2024-01-01'], ['1 May']])
      expect(listed(dates)).toMatchObject({
        code: 'HOLIDAYS_INVALID',
        message: expect.stringContaining('2024'),
      });
  });
});
