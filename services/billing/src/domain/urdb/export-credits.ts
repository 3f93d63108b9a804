import { refuse, type Refusal } from '@metermesh/decider';
import type { Charge } from '../tariff/charge.ts';
import type { EnergyRates } from './energy-charges.ts';
import { valueBySeason, type MonthSeasons } from './months.ts';
import { periodCode } from './schedule-calendar.ts';
import { dollars, type Blocks } from './tiers.ts';
import type { UrdbRecord } from './urdb-record.ts';

const netting = 'net metering';
const perInterval = ['net billing instantaneous', 'buy all sell all'];
const perHour = 'net billing hourly';

/**
 * What is paid for energy that comes back: the structure's `sell` rates, or under net metering the price of energy itself,
 * fuel included, so that within a month and period what comes back counts as not used; more than that is credit.
 * Refusals: `URDB_NET_METERING_TIERED`, `URDB_SELL_TIERED`, `URDB_DGRULES_UNKNOWN`.
 */
export function exportCredits(
  record: UrdbRecord,
  energy: EnergyRates,
  { from, seasons }: { from: string; seasons: MonthSeasons },
): Charge[] | Refusal {
  const rules = (record.dgrules ?? (record.usenetmetering ? netting : '')).toLowerCase();
  const all = [...energy.blocks.values()];
  const sells = all.some(({ sell }) => sell.some((rate) => Number(rate) !== 0));
  if (rules !== '' && rules !== netting && rules !== perHour && !perInterval.includes(rules))
    return refuse('URDB_DGRULES_UNKNOWN', `dgrules: "${record.dgrules}" is no rule of the database.`);
  if (rules === perHour && sells)
    return refuse(
      'URDB_DGRULES_UNKNOWN',
      'dgrules: netting by the hour is not rated; where meters net by themselves say "Net Billing Instantaneous".',
    );
  const isNetted = rules === netting && !sells;
  if (!isNetted && !sells) return [];
  if (isNetted && all.some(({ limits }) => limits.length > 0))
    return refuse(
      'URDB_NET_METERING_TIERED',
      'Net metering against tiers is not rated; take dgrules out to bill a customer who generates nothing.',
    );
  if (all.some(({ sell }) => new Set(sell).size > 1))
    return refuse('URDB_SELL_TIERED', 'energyratestructure: sell rates that differ by tier are not rated.');
  const fuel = (month: number) => (isNetted ? (record.fueladjustmentsmonthly?.[month] ?? 0) : 0);
  const credit = ({ rates, sell }: Blocks, month: number) =>
    isNetted ? dollars(-Number(rates[0]), -fuel(month)) : dollars(-Number(sell[0]));
  const common = { code: 'export', name: { en: 'Credit for energy delivered' }, quantity: 'export' as const };
  const { ofMonth } = energy;
  if (ofMonth)
    return [
      {
        ...common,
        kind: 'flat',
        rate: [
          {
            from,
            value: valueBySeason(seasons, (month) => {
              const blocks = energy.blocks.get(ofMonth[month] ?? 0);
              return blocks ? credit(blocks, month) : '0';
            }),
          },
        ],
      },
    ];
  return [
    {
      ...common,
      kind: 'time-of-use',
      calendar: 'energy',
      rate: [
        {
          from,
          value: Object.fromEntries(
            [...energy.blocks].map(([period, blocks]) => [
              periodCode(period),
              isNetted ? dollars(-Number(blocks.rates[0])) : credit(blocks, 0),
            ]),
          ),
        },
      ],
    },
    ...(isNetted ? fuelCredit(record, { from, seasons }) : []),
  ];
}

function fuelCredit(
  { fueladjustmentsmonthly: fuel }: UrdbRecord,
  { from, seasons }: { from: string; seasons: MonthSeasons },
): Charge[] {
  if (!fuel || fuel.every((amount) => amount === 0)) return [];
  return [
    {
      code: 'export-fuel',
      name: { en: 'Fuel adjustment of energy delivered' },
      kind: 'flat',
      quantity: 'export',
      rate: [{ from, value: valueBySeason(seasons, (month) => dollars(-(fuel[month] ?? 0))) }],
    },
  ];
}
