import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { Calendar } from '../tariff/calendar.ts';
import type { Charge, ChargeOf } from '../tariff/charge.ts';
import { months, recordBySeason, valueBySeason, type MonthSeasons } from './months.ts';
import { periodCode, periodsOf, scheduleCalendar, type Schedule } from './schedule-calendar.ts';
import { blocksOf, dollars, padded, type Blocks } from './tiers.ts';
import type { UrdbRecord, UrdbTier } from './urdb-record.ts';

/** The energy part of a rate, read: blocks by period, and when each period holds. */
export interface EnergyRates {
  readonly blocks: ReadonlyMap<number, Blocks>;
  readonly weekday: Schedule;
  readonly weekend: Schedule;
  /** The period of each month, where every month has one only: then no hour has to be known. */
  readonly ofMonth?: readonly number[];
  readonly scale: TierScale;
}

interface Context {
  readonly from: string;
  readonly seasons: MonthSeasons;
  /** What comes back in a month counts as not used. */
  readonly isNetted: boolean;
}

/** What the limits of tiers are stated for; `perKw` is of the kW that the demand charge bills ("hours use of demand"). */
interface TierScale {
  readonly perDay: boolean;
  readonly perKw: boolean;
}

const units: Readonly<Record<string, TierScale>> = {
  kwh: { perDay: false, perKw: false },
  'kwh daily': { perDay: true, perKw: false },
  'kwh/kw': { perDay: false, perKw: true },
  'kwh/kw daily': { perDay: true, perKw: true },
};

/** Refusals: `URDB_SCHEDULE_INVALID`, `URDB_TIERS_INVALID`, `URDB_UNIT_UNKNOWN`, `URDB_UNITS_MIXED`. */
export function energyRates(record: UrdbRecord): EnergyRates | undefined | Refusal {
  const structure = record.energyratestructure;
  if (!structure || structure.length === 0) return undefined;
  const schedules = schedulesOf('energyratestructure', structure.length, {
    weekday: ['energyweekdayschedule', record.energyweekdayschedule],
    weekend: ['energyweekendschedule', record.energyweekendschedule],
  });
  if (isRefusal(schedules)) return schedules;
  const used = periodsOf(schedules.weekday, schedules.weekend);
  const scale = scaleOf(used.flatMap((period) => structure[period] ?? []));
  if (isRefusal(scale)) return scale;
  const blocks = new Map<number, Blocks>();
  for (const period of used) {
    const read = blocksOf('energyratestructure', period, structure[period] ?? []);
    if (isRefusal(read)) return read;
    blocks.set(period, read);
  }
  const periodsOfMonth = months.map((month) =>
    periodsOf([schedules.weekday[month] ?? []], [schedules.weekend[month] ?? []]),
  );
  const ofMonth = periodsOfMonth.every(({ length }) => length === 1) && { ofMonth: periodsOfMonth.flat() };
  return { blocks, ...schedules, ...ofMonth, scale };
}

/** What tells months apart where prices or limits of tiers go by month: the tariff needs a season for each. */
export function energySignature(energy: EnergyRates, month: number): string {
  const { ofMonth, blocks } = energy;
  return JSON.stringify(ofMonth ? blocks.get(ofMonth[month] ?? 0) : (sharedLimits(energy)?.[month] ?? 0));
}

/**
 * The charges for energy. Where hours matter, limits that all periods of a month share are of the month's whole usage, every
 * period carrying its share of each tier (as REopt reads them); limits that differ are each period's own.
 */
export function energyCharges(
  energy: EnergyRates,
  { from, seasons, demandCharge, isNetted }: Context & { demandCharge: string },
): { charges: Charge[]; calendars: Calendar[] } {
  const { blocks, ofMonth, scale } = energy;
  const common = { code: 'energy', name: { en: 'Energy charge' } };
  const monthly = { ...common, ...(isNetted && { quantity: 'net-import' as const }) };
  const tierScale = {
    ...(scale.perDay && { tiersPer: 'day' as const }),
    ...(scale.perKw && { tiersPerKwOf: demandCharge }),
  };
  const all = [...blocks.values()];
  const isTiered = all.some(({ limits }) => limits.length > 0);
  if (ofMonth) {
    const of = (month: number) => blocks.get(ofMonth[month] ?? 0) ?? noBlocks;
    const charge: Charge = isTiered
      ? {
          ...monthly,
          kind: 'progressive',
          ...tierScale,
          tiers: [{ from, value: recordBySeason(seasons, (month) => [...of(month).limits]) }],
          rate: [{ from, value: valueBySeason(seasons, (month) => padded(of(month).rates, tierCount(all))) }],
        }
      : {
          ...monthly,
          kind: 'flat',
          rate: [{ from, value: valueBySeason(seasons, (month) => of(month).rates[0] ?? '0') }],
        };
    return { charges: [charge], calendars: [] };
  }
  const shared = sharedLimits(energy);
  const charge: ChargeOf<'time-of-use'> = {
    ...common,
    kind: 'time-of-use',
    calendar: 'energy',
    ...(isTiered && tierScale),
    ...(isTiered && shared && { tiersBy: 'total' as const }),
    ...(isTiered && {
      tiers: [
        {
          from,
          value: shared
            ? recordBySeason(seasons, (month) => [...(shared[month] ?? [])])
            : byPeriod(energy, ({ limits }) => [...limits]),
        },
      ],
    }),
    rate: [
      {
        from,
        value: byPeriod(energy, ({ rates }) =>
          isTiered ? padded(rates, tierCount(all)) : (rates[0] ?? '0'),
        ),
      },
    ],
  };
  return { charges: [charge], calendars: [scheduleCalendar('energy', 'Energy', from, energy)] };
}

/** So much for each kWh, by month; none where all are zero. */
export function fuelCharge(
  adjustments: readonly number[] | undefined,
  { from, seasons, isNetted }: Context,
): Charge[] {
  if (!adjustments || adjustments.every((amount) => amount === 0)) return [];
  const value = valueBySeason(seasons, (month) => dollars(adjustments[month]));
  const quantity = isNetted && { quantity: 'net-import' as const };
  return [
    { code: 'fuel', name: { en: 'Fuel adjustment' }, kind: 'flat', ...quantity, rate: [{ from, value }] },
  ];
}

/** Schedules that name only periods of the structure; one of several periods needs both. */
export function schedulesOf(
  structure: string,
  count: number,
  given: Record<'weekday' | 'weekend', readonly [string, Schedule | undefined]>,
): { weekday: Schedule; weekend: Schedule } | Refusal {
  const everyHour = months.map(() => Array.from({ length: 24 }, () => 0));
  for (const [field, schedule] of Object.values(given)) {
    if (!schedule && count > 1)
      return refuse('URDB_SCHEDULE_INVALID', `${structure} has ${count} periods, but there is no ${field}.`);
    const unknown = periodsOf(schedule ?? []).find((period) => period >= count);
    if (unknown !== undefined)
      return refuse(
        'URDB_SCHEDULE_INVALID',
        `${field} names period ${unknown}; ${structure} has ${count}, counted from 0.`,
      );
  }
  return { weekday: given.weekday[1] ?? everyHour, weekend: given.weekend[1] ?? everyHour };
}

const noBlocks: Blocks = { limits: [], rates: ['0'], sell: ['0'] };

function tierCount(all: readonly Blocks[]): number {
  return 1 + Math.max(...all.map(({ limits }) => limits.length));
}

/** The limits of each month, where all periods of it have the same; undefined where in some month they differ. */
function sharedLimits({ blocks, weekday, weekend }: EnergyRates): (readonly string[])[] | undefined {
  const ofMonths = months.map((month) =>
    periodsOf([weekday[month] ?? []], [weekend[month] ?? []]).map(
      (period) => blocks.get(period)?.limits ?? [],
    ),
  );
  const agree = ofMonths.every((limits) => new Set(limits.map((one) => one.join())).size <= 1);
  return agree ? ofMonths.map(([limits = []]) => limits) : undefined;
}

function byPeriod<T>({ blocks }: EnergyRates, value: (blocks: Blocks) => T): Record<string, T> {
  return Object.fromEntries([...blocks].map(([period, of]) => [periodCode(period), value(of)]));
}

function scaleOf(tiers: readonly UrdbTier[]): TierScale | Refusal {
  const named = [...new Set(tiers.map(({ unit }) => (unit ?? 'kWh').toLowerCase()))];
  const [unit = 'kwh'] = named;
  const strange = named.find((one) => !units[one]);
  if (strange !== undefined)
    return refuse(
      'URDB_UNIT_UNKNOWN',
      `energyratestructure: the unit "${strange}" is none of kWh, kWh daily, kWh/kW and kWh/kW daily.`,
    );
  if (named.length > 1 && tiers.some(({ max }) => max !== undefined))
    return refuse(
      'URDB_UNITS_MIXED',
      `energyratestructure: tiers in ${named.join(' and ')} beside each other are not rated; state all in one unit.`,
    );
  return units[unit] ?? { perDay: false, perKw: false };
}
