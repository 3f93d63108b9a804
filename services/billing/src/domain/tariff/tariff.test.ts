import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { smallTariff, smallTariffJson } from '../../../test/small-tariff.ts';
import { effectiveFrom, parseTariff, valueOn } from './tariff.ts';

type Json = ReturnType<typeof smallTariffJson>;

function faultsAfter(spoil: (json: Json) => void): string {
  const json = smallTariffJson();
  spoil(json);
  const tariff = parseTariff(json);
  return isRefusal(tariff) ? `${tariff.code} ${tariff.message}` : 'valid';
}

describe('a tariff', () => {
  it('is read when every rule is sound', () => {
    expect(faultsAfter(() => {})).toBe('valid');
  });

  it('is in force from the day on which its last value is known', () => {
    expect(effectiveFrom(smallTariff())).toBe('2024-01-01');
  });

  it('has at each date the value that began last', () => {
    const prices = [
      { from: '2024-01-01', value: 'old' },
      { from: '2024-06-11', value: 'new' },
    ];
    expect(
      ['2023-12-31', '2024-01-01', '2024-06-10', '2024-06-11'].map((day) => valueOn(prices, day)),
    ).toEqual([undefined, 'old', 'old', 'new']);
  });

  it.each<[string, string, (json: Json) => void]>([
    [
      'a price that is no decimal',
      'charges[1] (meter).rate[0].value: expected a decimal',
      (json) => (json.charges[1]!.rate![0]!.value = '3,5'),
    ],
    [
      'a price without quotes',
      'charges[1] (meter).rate[0].value: expected a decimal number in quotes',
      (json) => (json.charges[1]!.rate![0]!.value = JSON.parse('3.5')),
    ],
    ['a rule of unknown kind', 'charges[3] (fuel).kind:', (json) => (json.charges[3]!.kind = 'magic')],
    [
      'changes out of order',
      'charges[2] (energy).rate[1].from: 2023-01-01 is not after 2024-01-01',
      (json) => (json.charges[2]!.rate![1]!.from = '2023-01-01'),
    ],
    [
      'the same date twice',
      'charges[2] (energy).rate[1].from: 2024-01-01 is not after',
      (json) => (json.charges[2]!.rate![1]!.from = '2024-01-01'),
    ],
    [
      'fewer rates than tiers',
      'charges[2] (energy).rate[0].value: 1 rates for 2 tiers',
      (json) => (json.charges[2]!.rate![0]!.value = ['0.1']),
    ],
    [
      'fewer base charges than tiers',
      'charges[0] (base).rate[0].value: 1 rates for 2 tiers',
      (json) => (json.charges[0]!.rate![0]!.value = ['10']),
    ],
    [
      'a tax on an unknown charge',
      'charges[5] (vat).of[0]: "bas" is no charge that comes before it',
      (json) => (json.charges[5]!.of![0] = 'bas'),
    ],
    [
      'a base by the tiers of a flat charge',
      'charges[0] (base).tiersOf: "fuel" is no progressive charge',
      (json) => (json.charges[0]!.tiersOf = 'fuel'),
    ],
    [
      'a season without tiers',
      'charges[2] (energy).tiers[0].value: nothing for the season "winter"',
      (json) => delete (json.charges[2]!.tiers![0]!.value as Partial<Record<string, unknown>>)['winter'],
    ],
    [
      'tiers that do not rise',
      'charges[2] (energy).tiers[0].value.summer[1]: 300 is not above',
      (json) => json.charges[2]!.tiers![0]!.value.summer.push('300'),
    ],
    [
      'a code used twice',
      'charges[3] (meter).code: "meter" is used twice',
      (json) => (json.charges[3]!.code = 'meter'),
    ],
    [
      'a day in no season',
      'seasons: no season holds the days from 09-30 on',
      (json) => (json.seasons[0]!.to = '09-29'),
    ],
    ['a day in two seasons', 'seasons: 2 seasons hold 10-01', (json) => (json.seasons[0]!.to = '10-01')],
    [
      'a member that is not known',
      'Unrecognized key: "curency"',
      (json) => Object.assign(json, { curency: 'EUR' }),
    ],
    ['no currency', 'currency:', (json) => delete (json as Partial<Json>).currency],
  ])('with %s is refused, and the rule named', (_, message, spoil) => {
    const faults = faultsAfter(spoil);
    expect(faults).toContain('TARIFF_INVALID');
    expect(faults).toContain(message);
  });

  it('that is no object is refused', () => {
    expect(parseTariff([])).toMatchObject({
      code: 'TARIFF_INVALID',
      message: expect.stringContaining('the tariff'),
    });
  });
});
