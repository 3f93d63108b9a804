import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import {
  agreement,
  day,
  electricity,
  marchBasis,
  period,
  termsFrom,
} from '../../../test/billing-scenario.ts';
import { parsed, smallTariffJson } from '../../../test/small-tariff.ts';
import type { BillingBasis } from './billing-basis.ts';
import { periodsLookedBackAt } from './demand-history.ts';
import { ratePeriod } from './rate-period.ts';

/** 5 EUR for each kW of the highest hour, and for no less than 80 % of that of the January before. */
function demandTariff(ratchets: object[] = [{ months: 11, ofMonths: [1], share: '0.8' }]) {
  const json = smallTariffJson();
  return parsed({
    ...json,
    charges: [
      ...json.charges,
      {
        code: 'demand',
        kind: 'demand',
        name: { en: 'Demand' },
        windowMinutes: 60,
        ...(ratchets.length > 0 && { ratchets }),
        rate: [{ from: '2024-01-01', value: '5' }],
      },
    ],
  });
}

/** A day whose first hour has a peak. */
const peaking = (date: string, wh: number) => {
  const flat = day(date, 4000);
  const values = Int32Array.from(flat.values);
  values[0] = wh;
  return { ...flat, values };
};

const january = period('2024-01-15', '2024-02-01');
const february = period('2024-02-01', '2024-03-01');
const withPeaks = (peaks: Record<string, number>, { days: dates }: { days: readonly string[] }) =>
  new Map([
    [electricity.code, dates.map((date) => (peaks[date] ? peaking(date, peaks[date]) : day(date, 4000)))],
  ]);

function march(earlier: BillingBasis['earlier'], tariff = demandTariff()) {
  const basis = marchBasis({ tariffs: new Map([['example/small', tariff]]), earlier });
  const rated = ratePeriod({ ...basis, days: withPeaks({ '2024-03-05': 20_000 }, basis.period) });
  if (isRefusal(rated)) throw new Error(rated.message);
  return rated.lines.find(({ code }) => code === 'demand');
}

describe('the demand of periods before', () => {
  const periods = [
    { period: february, days: withPeaks({ '2024-02-10': 90_000 }, february) },
    { period: january, days: withPeaks({ '2024-01-20': 50_000, '2024-01-21': 45_000 }, january) },
  ];

  it('is billed where a ratchet keeps it, and in the months that it keeps', () => {
    expect(march(periods)).toMatchObject({ quantity: '40', amount: '200' });
    expect(march(undefined)).toMatchObject({ quantity: '20', amount: '100' });
    expect(march(periods.slice(0, 1))).toMatchObject({ quantity: '20' });
  });

  it('is looked for as far back as a ratchet looks and the agreement reaches, and not at all without any', () => {
    const back = (tariff: ReturnType<typeof demandTariff>, startsOn = '2022-01-15') =>
      periodsLookedBackAt({
        agreement: { ...agreement, startsOn, terms: [termsFrom(startsOn)] },
        period: period('2024-03-01', '2024-04-01'),
        tariffs: new Map([['example/small', tariff]]),
      }).map(({ start }) => start);
    expect(back(demandTariff([]))).toEqual([]);
    expect(back(demandTariff([{ months: 3, share: '1' }]))).toEqual([
      '2024-02-01',
      '2024-01-01',
      '2023-12-01',
    ]);
    expect(back(demandTariff(), '2024-01-15')).toEqual(['2024-02-01', '2024-01-15']);
  });
});
