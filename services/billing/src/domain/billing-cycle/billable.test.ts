import { describe, expect, it } from '@jest/globals';
import { day, electricity, marchBasis } from '../../../test/billing-scenario.ts';
import { parsed, smallTariffJson } from '../../../test/small-tariff.ts';
import { billable } from './billable.ts';
import type { BillingPolicy } from './billing-policy.ts';
import { isHeld } from './hold-reasons.ts';

const policy: BillingPolicy = {
  suspectShare: 0.01,
  estimatedShare: 0.1,
  dueDays: 14,
  holdNegativeTotals: true,
};

/** The small tariff with a credit for every kWh that is fed in; whether a total below zero is a credit is up to the test. */
function solarTariff(negativeTotal?: 'credit') {
  const json = smallTariffJson();
  return parsed({
    ...json,
    ...(negativeTotal && { negativeTotal }),
    charges: [
      ...json.charges,
      {
        code: 'feed-in',
        kind: 'flat',
        quantity: 'export',
        name: { en: 'Feed-in' },
        rate: [{ from: '2024-01-01', value: '-1' }],
      },
    ],
  });
}

const { days: dates } = marchBasis().period;
const imported = dates.map((date) => day(date, 4000));
const exported = dates.map((date) => day(date, 6000));
const solar = (fedIn = exported, tariff = solarTariff()) => ({
  ...marchBasis({ tariffs: new Map([['example/small', tariff]]) }),
  days: new Map([
    [electricity.code, imported],
    ['active-energy-export', fedIn],
  ]),
});
const codes = (outcome: ReturnType<typeof billable>) =>
  isHeld(outcome) ? outcome.map(({ code }) => code) : outcome.total;

describe('what a period is billed', () => {
  it('is on all channels that its tariff asks for, each with its days', () => {
    const rated = billable(solar(), { ...policy, holdNegativeTotals: false });
    if (isHeld(rated)) throw new Error(rated[0]!.message);
    expect(
      rated.determinants.filter(({ days }) => days).map(({ code, quantity }) => [code, quantity]),
    ).toEqual([
      ['active-energy-import', '124'],
      ['active-energy-export', '186'],
    ]);
    expect(rated.lines.find(({ code }) => code === 'feed-in')).toMatchObject({
      quantity: '186',
      amount: '-186',
    });
  });

  it('needs no channel that the usage point does not have, but the whole of one that it has', () => {
    expect(codes(billable(solar([]), policy))).toMatch(/^\d/);
    expect(billable(solar(exported.slice(1)), policy)).toMatchObject([
      {
        code: 'READINGS_MISSING',
        message: 'active-energy-export: 1 of 31 days have no readings: 2024-03-01.',
      },
    ]);
  });

  it('below zero is held, unless the tariff says that it is a credit, or the installation lets it pass', () => {
    const held = billable(solar(), policy);
    expect(codes(held)).toEqual(['NEGATIVE_TOTAL']);
    expect(codes(billable(solar(exported, solarTariff('credit')), policy))).toMatch(/^-\d/);
    expect(codes(billable(solar(), { ...policy, holdNegativeTotals: false }))).toMatch(/^-\d/);
    expect(codes(billable(solar(), policy, isHeld(held) ? held : []))).toMatch(/^-\d/);
  });

  it('in spite of suspect readings that were accepted is no other reading that is just as suspect', () => {
    const suspect = (version: bigint, wh: number) => ({
      ...marchBasis(),
      days: new Map([
        [electricity.code, [day(dates[0]!, wh, { version, suspectIntervals: 24 }), ...imported.slice(1)]],
      ]),
    });
    const held = billable(suspect(1n, 4000), policy);
    if (!isHeld(held)) throw new Error('It is not held.');
    expect(codes(billable(suspect(1n, 4000), policy, held))).toMatch(/^\d/);
    const again = billable(suspect(2n, 400_000), policy, held);
    expect(again).toMatchObject([{ code: 'READINGS_SUSPECT', message: held[0]!.message }]);
  });
});
