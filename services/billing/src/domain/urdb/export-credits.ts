import { refuse, type Refusal } from '@metermesh/decider';
import type { Charge } from '../tariff/charge.ts';
import type { EnergyRates } from './energy-charges.ts';
import { valueBySeason, type MonthSeasons } from './months.ts';
import { periodCode } from './schedule-calendar.ts';
import { dollars, type Blocks } from './tiers.ts';
import type { UrdbRecord } from './urdb-record.ts';

const NETTING = 'net metering';
const NETTING_BY_HOUR = 'net billing hourly';
const KNOWN_RULES = ['', NETTING, NETTING_BY_HOUR, 'net billing instantaneous', 'buy all sell all'];

/** Whether what comes back in a month counts as not used, as `dgrules` or older records' `usenetmetering` say. */
export function isNetMetered(record: UrdbRecord): boolean {
  return rulesOf(record) === NETTING;
}

/**
 * What is paid for energy that comes back: the structure's `sell` rates. Under net metering these are for what is left over of a
 * month; without them it is credited at the price of energy (of the first tier), fuel included. By time of use each
 * period is netted by itself. Refusals: `URDB_DGRULES_UNKNOWN`, `URDB_SELL_TIERED`, `URDB_NET_METERING_UNRATED`.
 */
export function exportCredits(
  record: UrdbRecord,
  energy: EnergyRates,
  context: { from: string; seasons: MonthSeasons },
): Charge[] | Refusal {
  const rules = rulesOf(record);
  const all = [...energy.blocks.values()];
  const sells = all.some(({ sell }) => sell.some((rate) => Number(rate) !== 0));
  if (!KNOWN_RULES.includes(rules))
    return refuse('URDB_DGRULES_UNKNOWN', `dgrules: "${record.dgrules}" is no rule of the database.`);
  if (rules === NETTING_BY_HOUR && sells)
    return refuse(
      'URDB_DGRULES_UNKNOWN',
      'dgrules: netting by the hour is not rated; where meters net by themselves say "Net Billing Instantaneous".',
    );
  if (all.some(({ sell }) => new Set(sell).size > 1))
    return refuse('URDB_SELL_TIERED', 'energyratestructure: sell rates that differ by tier are not rated.');
  const isNetted = rules === NETTING;
  if (!isNetted && !sells) return [];
  const isTiered = all.some(({ limits }) => limits.length > 0);
  if (isNetted && !energy.ofMonth && (isTiered || sells))
    return refuse(
      'URDB_NET_METERING_UNRATED',
      'Net metering by time of use is not rated against tiers or with sell rates; take dgrules out to bill a customer who generates nothing.',
    );
  const priceOf = ({ rates, sell }: Blocks) => (isNetted && !sells ? rates[0] : sell[0]) ?? '0';
  const fuel = isNetted && !sells ? record.fueladjustmentsmonthly : undefined;
  return energy.ofMonth
    ? monthlyCredit(energy, energy.ofMonth, isNetted, priceOf, fuel, context)
    : [hourlyCredit(energy, priceOf, context.from), ...fuelCredit(fuel, context)];
}

const common = { code: 'export', name: { en: 'Credit for energy delivered' } };

function monthlyCredit(
  { blocks }: EnergyRates,
  ofMonth: readonly number[],
  isNetted: boolean,
  priceOf: (blocks: Blocks) => string,
  fuel: readonly number[] | undefined,
  { from, seasons }: { from: string; seasons: MonthSeasons },
): Charge[] {
  const value = valueBySeason(seasons, (month) => {
    const of = blocks.get(ofMonth[month] ?? 0);
    return of ? dollars(-Number(priceOf(of)), -(fuel?.[month] ?? 0)) : '0';
  });
  return [{ ...common, kind: 'flat', quantity: isNetted ? 'net-export' : 'export', rate: [{ from, value }] }];
}

function hourlyCredit({ blocks }: EnergyRates, priceOf: (blocks: Blocks) => string, from: string): Charge {
  const prices = [...blocks].map(([period, of]) => [periodCode(period), dollars(-Number(priceOf(of)))]);
  return {
    ...common,
    kind: 'time-of-use',
    calendar: 'energy',
    quantity: 'export',
    rate: [{ from, value: Object.fromEntries(prices) }],
  };
}

function fuelCredit(
  fuel: readonly number[] | undefined,
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

function rulesOf({ dgrules, usenetmetering }: UrdbRecord): string {
  return (dgrules ?? (usenetmetering ? NETTING : '')).toLowerCase();
}
