import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import type { ChargeOf } from '../tariff/charge.ts';
import type { Tariff } from '../tariff/tariff.ts';
import { importUrdb } from './import-urdb.ts';

const everyHour = (period: number) =>
  Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => period));
/** Period 1 from June to September, 0 in the other months. */
const bySummer = Array.from({ length: 12 }, (_, month) =>
  Array.from({ length: 24 }, () => (month >= 5 && month <= 8 ? 1 : 0)),
);
/** Period 1 from noon to 18 h. */
const byNoon = Array.from({ length: 12 }, () =>
  Array.from({ length: 24 }, (_, hour) => (hour >= 12 && hour < 18 ? 1 : 0)),
);
const flatRate = {
  label: '5550d6fd5457a3187e8b4567',
  name: 'Residential',
  energyratestructure: [[{ rate: 0.1, adj: 0.02, unit: 'kWh' }]],
  energyweekdayschedule: everyHour(0),
  energyweekendschedule: everyHour(0),
};

describe('a rate of the US Utility Rate Database', () => {
  it('becomes a tariff that knows its label, name and first day', () => {
    const tariff = imported({
      ...flatRate,
      sector: 'Residential',
      startdate: 1433116800,
      enddate: 1440975600,
    });
    expect(tariff.id).toBe('urdb/5550d6fd5457a3187e8b4567');
    expect(tariff).toMatchObject({
      name: { en: 'Residential' },
      customerClass: 'residential',
      currency: 'USD',
    });
    expect(chargeOf(tariff, 'energy', 'flat').rate).toEqual([{ from: '2015-06-01', value: '0.12' }]);
    expect(tariff.source).toContain('replaced after 2015-08-30');
  });

  it('is found bare, in an answer of the API and in a REopt scenario, with names in any case', () => {
    for (const json of [
      flatRate,
      { items: [flatRate] },
      { ElectricTariff: { urdb_response: flatRate } },
      Object.fromEntries(Object.entries(flatRate).map(([name, value]) => [name.toUpperCase(), value])),
    ])
      expect(chargeOf(imported(json), 'energy', 'flat').rate[0]?.value).toBe('0.12');
  });

  it('is read where copies of the database keep arrays and numbers as text', () => {
    const rows = (schedule: number[][]) => schedule.map((hours) => JSON.stringify(hours));
    const tariff = imported({
      ...flatRate,
      energyratestructure: [[{ rate: '0.1' }], [{ rate: '0.3' }]],
      energyweekdayschedule: rows(bySummer),
      energyweekendschedule: JSON.stringify(bySummer),
    });
    expect(chargeOf(tariff, 'energy', 'flat').rate[0]?.value).toEqual({
      'season-1': '0.1',
      'season-2': '0.3',
    });
  });

  it('adds up prices exactly and drops the noise of floating point', () => {
    const tariff = imported({ ...flatRate, energyratestructure: [[{ rate: 0.1, adj: 0.2 }]] });
    expect(chargeOf(tariff, 'energy', 'flat').rate[0]?.value).toBe('0.3');
    const noisy = imported({ ...flatRate, energyratestructure: [[{ rate: 0.053239999999999996 }]] });
    expect(chargeOf(noisy, 'energy', 'flat').rate[0]?.value).toBe('0.05324');
  });

  it('has tiers by season where its periods are months', () => {
    const tariff = imported({
      ...flatRate,
      energyratestructure: [
        [{ max: 500, rate: 0.1 }, { rate: 0.2 }],
        [
          { max: 500, rate: 0.1 },
          { max: 1000, rate: 0.2 },
          { max: 5000, rate: 0.3 },
        ],
      ],
      energyweekdayschedule: bySummer,
      energyweekendschedule: bySummer,
    });
    const energy = chargeOf(tariff, 'energy', 'progressive');
    expect(energy.tiers[0]?.value).toEqual({ 'season-1': ['500'], 'season-2': ['500', '1000'] });
    expect(energy.rate[0]?.value).toEqual({
      'season-1': ['0.1', '0.2', '0.2'],
      'season-2': ['0.1', '0.2', '0.3'],
    });
    expect(tariff.seasons.map(({ code, from }) => `${code} ${from}`)).toEqual([
      'season-1 01-01',
      'season-2 06-01',
      'season-1 10-01',
    ]);
  });

  it('fills tiers with the whole month where all its periods have the same, else with each period', () => {
    const timeOfUse = (limit: number) =>
      chargeOf(
        imported({
          ...flatRate,
          energyratestructure: [
            [{ max: 500, rate: 0.1 }, { rate: 0.2 }],
            [{ max: limit, rate: 0.3 }, { rate: 0.4 }],
          ],
          energyweekdayschedule: byNoon,
          energyweekendschedule: everyHour(0),
        }),
        'energy',
        'time-of-use',
      );
    expect(timeOfUse(500)).toMatchObject({ tiersBy: 'total', tiers: [{ value: { year: ['500'] } }] });
    expect(timeOfUse(200).tiersBy).toBeUndefined();
    expect(timeOfUse(200).tiers?.[0]?.value).toEqual({ 'period-0': ['500'], 'period-1': ['200'] });
  });

  it('states tiers a day and by kW of demand as it does', () => {
    const tariff = imported({ ...flatRate, energyratestructure: [tiered('kWh/kW daily')] });
    expect(chargeOf(tariff, 'energy', 'progressive')).toMatchObject({
      tiersPer: 'day',
      tiersPerKwOf: 'demand',
    });
    expect(chargeOf(tariff, 'demand', 'demand').rate[0]?.value).toBe('0');
    const daily = chargeOf(
      imported({ ...flatRate, energyratestructure: [tiered('kWh daily')] }),
      'energy',
      'progressive',
    );
    expect(daily).toMatchObject({ tiersPer: 'day' });
    expect(daily.tiersPerKwOf).toBeUndefined();
  });

  it('has a fixed charge a day, a month or a year, and minima of each', () => {
    const fixed = (fields: object) => imported({ ...flatRate, ...fields }).charges;
    expect(fixed({ fixedmonthlycharge: 275 })[0]).toMatchObject({ kind: 'fixed', rate: [{ value: '275' }] });
    for (const per of ['day', 'year'])
      expect(fixed({ fixedchargefirstmeter: 3.298, fixedchargeunits: `$/${per}` })[0]).toMatchObject({
        kind: 'fixed',
        per,
        rate: [{ value: '3.298' }],
      });
    expect(fixed({ mincharge: 10, minchargeunits: '$/month', annualmincharge: 200 }).slice(1)).toMatchObject([
      { code: 'minimum', kind: 'minimum', of: ['energy'], rate: [{ value: '10' }] },
      {
        code: 'annual-minimum',
        kind: 'minimum',
        per: 'year',
        of: ['energy', 'minimum'],
        rate: [{ value: '200' }],
      },
    ]);
  });

  it('bills the demand of months and of hours, in tiers', () => {
    const tariff = imported({
      flatdemandstructure: [
        [{ rate: 11.5 }],
        [
          { max: 50, rate: 0 },
          { rate: 10, adj: 0.5 },
        ],
      ],
      flatdemandmonths: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1],
      demandratestructure: [
        [{ rate: 0 }],
        [
          { max: 300, rate: 5 },
          { max: 400, rate: 6 },
        ],
      ],
      demandweekdayschedule: byNoon,
      demandweekendschedule: everyHour(0),
      demandwindow: 15,
    });
    expect(chargeOf(tariff, 'demand', 'demand')).toMatchObject({
      windowMinutes: 15,
      longerIntervals: 'accepted',
      tiers: [{ value: { 'season-1': ['50'], 'season-2': [] } }],
      rate: [{ value: { 'season-1': ['0', '10.5'], 'season-2': ['11.5', '11.5'] } }],
    });
    expect(chargeOf(tariff, 'demand-period-1', 'demand')).toMatchObject({
      calendar: 'demand',
      periods: ['period-1'],
      tiers: [{ value: ['300'] }],
      rate: [{ value: ['5', '6'] }],
    });
    expect(tariff.charges).toHaveLength(2);
  });

  it('looks back at months before, at months of the year, or as versions before 7 at the whole year', () => {
    const demand = { flatdemandstructure: [[{ rate: 10 }]] };
    const ratchets = (fields: object) =>
      chargeOf(imported({ ...demand, ...fields }), 'demand', 'demand').ratchets;
    expect(ratchets({ lookbackpercent: 0.75, lookbackrange: 6, lookbackmonths: Array(12).fill(0) })).toEqual([
      { months: 6, share: '0.75' },
    ]);
    const months = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(ratchets({ lookbackpercent: 0.75, lookbackmonths: months })).toEqual([
      { months: 11, ofMonths: [1, 4, 12], share: '0.75' },
    ]);
    expect(ratchets({ lookbackpercent: 0.75, lookbackmonths: JSON.stringify(months.map(Boolean)) })).toEqual([
      { months: 11, ofMonths: [1, 4, 12], share: '0.75' },
    ]);
    expect(ratchets({ demandratchetpercentage: Array(12).fill(0.35) })).toEqual([
      { months: 11, share: '0.35' },
    ]);
    expect(ratchets({ lookbackpercent: 0, lookbackmonths: Array(12).fill(0) })).toBeUndefined();
  });

  it('bills coincident and reactive demand', () => {
    const tariff = imported({
      ...flatRate,
      coincidentratestructure: [[{ rate: 0 }], [{ rate: 4.5 }]],
      coincidentrateschedule: bySummer,
      demandreactivepowercharge: 0.41,
    });
    expect(chargeOf(tariff, 'coincident-period-1', 'demand')).toMatchObject({
      coincident: true,
      calendar: 'coincident',
      periods: ['period-1'],
      rate: [{ value: '4.5' }],
    });
    expect(chargeOf(tariff, 'reactive-demand', 'demand')).toMatchObject({
      quantity: 'reactive-import',
      rate: [{ value: '0.41' }],
    });
  });

  it('adjusts for fuel month by month and credits what comes back', () => {
    const fuel = [0.01, ...Array(11).fill(0)];
    const credited = (fields: object) => {
      const tariff = imported({ ...flatRate, fueladjustmentsmonthly: fuel, ...fields });
      return chargeOf(tariff, 'export', 'flat').rate[0]?.value;
    };
    expect(
      chargeOf(imported({ ...flatRate, fueladjustmentsmonthly: fuel }), 'fuel', 'flat').rate[0]?.value,
    ).toEqual({
      'season-1': '0.01',
      'season-2': '0',
    });
    expect(credited({ dgrules: 'Net Metering' })).toEqual({ 'season-1': '-0.13', 'season-2': '-0.12' });
    expect(credited({ usenetmetering: true })).toEqual(credited({ dgrules: 'Net Metering' }));
    expect(credited({ usenetmetering: 'True' })).toEqual(credited({ dgrules: 'Net Metering' }));
    expect(importUrdb({ ...flatRate, usenetmetering: 'False' })).toEqual(importUrdb(flatRate));
    const sell = { energyratestructure: [[{ rate: 0.1, sell: 0.03 }]] };
    expect(credited({ ...sell, dgrules: 'Net Billing Instantaneous' })).toBe('-0.03');
    expect(credited(sell)).toBe('-0.03');
  });

  it('keeps what is said in words, where who reads the tariff finds it', () => {
    const tariff = imported({
      ...flatRate,
      energyattrs: [{ PCA: 'monthly, see website' }],
      fixedchargeeaaddl: 2,
    });
    expect(tariff.source).toContain('PCA');
    expect(tariff.source).toContain('each further meter $2');
  });
});

describe('what cannot be rated', () => {
  it.each<[string, object, string]>([
    ['no rate at all', { hello: 1 }, 'URDB_RATE_NOT_FOUND'],
    ['several rates', { items: [flatRate, flatRate] }, 'URDB_SEVERAL_RATES'],
    ['an unknown field', { ...flatRate, windfallcharge: 3 }, 'URDB_FIELD_UNKNOWN'],
    ['a value of the wrong kind', { ...flatRate, fixedmonthlycharge: 'much' }, 'URDB_FIELD_INVALID'],
    ['neither yes nor no', { ...flatRate, usenetmetering: 'perhaps' }, 'URDB_FIELD_INVALID'],
    ['eleven months', { ...flatRate, energyweekdayschedule: everyHour(0).slice(1) }, 'URDB_FIELD_INVALID'],
    ['rates of another country', { ...flatRate, country: 'CAN' }, 'URDB_COUNTRY_UNKNOWN'],
    ['nothing charged', { energyratestructure: [] }, 'URDB_RATE_EMPTY'],
    [
      'a period that is not there',
      { ...flatRate, energyweekdayschedule: everyHour(1) },
      'URDB_SCHEDULE_INVALID',
    ],
    [
      'several periods without schedules',
      { energyratestructure: [[{ rate: 0.1 }], [{ rate: 0.2 }]] },
      'URDB_SCHEDULE_INVALID',
    ],
    [
      'months that name no period',
      { flatdemandstructure: [[{ rate: 1 }]], flatdemandmonths: Array(12).fill(1) },
      'URDB_SCHEDULE_INVALID',
    ],
    [
      'a tier without end before others',
      { ...flatRate, energyratestructure: [[{ rate: 0.1 }, { rate: 0.2 }]] },
      'URDB_TIERS_INVALID',
    ],
    [
      'tiers that fall',
      { flatdemandstructure: [[{ max: 50, rate: 1 }, { max: 40, rate: 2 }, { rate: 3 }]] },
      'URDB_TIERS_INVALID',
    ],
    ['an unknown unit', { ...flatRate, energyratestructure: [tiered('therm')] }, 'URDB_UNIT_UNKNOWN'],
    [
      'units beside each other',
      {
        ...flatRate,
        energyratestructure: [
          [
            { max: 10, rate: 1, unit: 'kWh' },
            { rate: 2, unit: 'kWh/kW' },
          ],
        ],
      },
      'URDB_UNITS_MIXED',
    ],
    ['horse powers', { flatdemandstructure: [[{ rate: 1 }]], flatdemandunit: 'hp' }, 'URDB_UNIT_UNKNOWN'],
    ['kVA', { demandratestructure: [[{ rate: 1 }]], demandunits: 'kVA' }, 'URDB_UNIT_UNKNOWN'],
    ['a fixed charge of no unit', { ...flatRate, fixedchargefirstmeter: 3 }, 'URDB_UNIT_UNKNOWN'],
    [
      'two fixed charges',
      { ...flatRate, fixedmonthlycharge: 5, fixedchargefirstmeter: 3, fixedchargeunits: '$/day' },
      'URDB_FIXED_CHARGE_AMBIGUOUS',
    ],
    [
      'two minima of a month',
      { ...flatRate, minmonthlycharge: 5, mincharge: 3, minchargeunits: '$/day' },
      'URDB_MINIMUM_AMBIGUOUS',
    ],
    [
      'a share above one',
      { flatdemandstructure: [[{ rate: 1 }]], lookbackpercent: 75, lookbackrange: 6 },
      'URDB_LOOKBACK_INVALID',
    ],
    [
      'two ways to look back',
      {
        flatdemandstructure: [[{ rate: 1 }]],
        lookbackpercent: 0.5,
        lookbackrange: 6,
        lookbackmonths: Array(12).fill(1),
      },
      'URDB_LOOKBACK_INVALID',
    ],
    [
      'a look back without demand that it raises',
      { ...flatRate, lookbackpercent: 0.5, lookbackrange: 6 },
      'URDB_LOOKBACK_WITHOUT_FLAT_DEMAND',
    ],
    [
      'net metering against tiers by time of use',
      {
        energyratestructure: [tiered('kWh'), tiered('kWh')],
        energyweekdayschedule: byNoon,
        energyweekendschedule: byNoon,
        dgrules: 'Net Metering',
      },
      'URDB_NET_METERING_UNRATED',
    ],
    ['unknown rules', { ...flatRate, dgrules: 'Barter' }, 'URDB_DGRULES_UNKNOWN'],
    [
      'sell rates by tier',
      {
        ...flatRate,
        energyratestructure: [
          [
            { max: 10, rate: 1, sell: 0.1 },
            { rate: 2, sell: 0.2 },
          ],
        ],
      },
      'URDB_SELL_TIERED',
    ],
  ])('%s is refused by its code', (_, json, code) => {
    const refused = importUrdb(json);
    expect(isRefusal(refused) && refused.code).toBe(code);
  });
});

function tiered(unit: string) {
  return [
    { max: 100, rate: 0.1, unit },
    { rate: 0.2, unit },
  ];
}

function imported(json: unknown): Tariff {
  const tariff = importUrdb(json);
  if (isRefusal(tariff)) throw new Error(`${tariff.code}: ${tariff.message}`);
  return tariff;
}

function chargeOf<Kind extends Tariff['charges'][number]['kind']>(tariff: Tariff, code: string, kind: Kind) {
  const found = tariff.charges.find((one): one is ChargeOf<Kind> => one.code === code && one.kind === kind);
  if (!found) throw new Error(`no ${kind} charge "${code}" in ${JSON.stringify(tariff.charges)}`);
  return found;
}
