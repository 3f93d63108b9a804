import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { Calendar } from '../tariff/calendar.ts';
import type { Charge, ChargeOf } from '../tariff/charge.ts';
import { schedulesOf } from './energy-charges.ts';
import { months, valueBySeason, type MonthSeasons } from './months.ts';
import { periodCode, periodsOf, scheduleCalendar } from './schedule-calendar.ts';
import { blocksOf, dollars, isZero, padded, type Blocks } from './tiers.ts';
import type { UrdbRecord } from './urdb-record.ts';

/** The code of the charge on the highest demand of the month, whatever the hour. */
export const MAXIMUM_DEMAND = 'demand';

interface Context {
  readonly from: string;
  readonly seasons: MonthSeasons;
}
type Demand = ChargeOf<'demand'>;
type Charges = { charges: Charge[]; calendars: Calendar[] };

/** Months before the billed one that, with it, make up a year. */
const REST_OF_YEAR = 11;

/**
 * The charges for demand: flat (by month), by time of use, coincident with the system's peak, and reactive.
 * Refusals: `URDB_UNIT_UNKNOWN`, `URDB_SCHEDULE_INVALID`, `URDB_TIERS_INVALID`, and those of ratchets.
 */
export function demandCharges(record: UrdbRecord, context: Context): Charges | Refusal {
  const strange = strangeUnit(record);
  if (strange) return strange;
  const parts = [
    flatDemand(record, context),
    timeOfUseDemand(record, context),
    coincidentDemand(record, context),
    reactiveDemand(record, context),
  ];
  const charges: Charge[] = [];
  const calendars: Calendar[] = [];
  for (const part of parts) {
    if (isRefusal(part)) return part;
    charges.push(...part.charges);
    calendars.push(...part.calendars);
  }
  const ratchet = ratchets(record);
  if (isRefusal(ratchet)) return ratchet;
  if (ratchet && !charges.some(({ code }) => code === MAXIMUM_DEMAND))
    return refuse(
      'URDB_LOOKBACK_WITHOUT_FLAT_DEMAND',
      'The rate looks back at the demand of other months, but has no flatdemandstructure that this would raise.',
    );
  return { charges, calendars };
}

/** A charge of nothing on the month's maximum, for energy tiers that are stated per kW. */
export function freeDemand(record: UrdbRecord, { from }: Context): Demand {
  return {
    code: MAXIMUM_DEMAND,
    name: { en: 'Maximum demand' },
    kind: 'demand',
    ...window(record),
    rate: [{ from, value: '0' }],
  };
}

/** What tells months apart in the flat demand of a rate. */
export function flatDemandSignature(
  { flatdemandstructure, flatdemandmonths }: UrdbRecord,
  month: number,
): string {
  return JSON.stringify(flatdemandstructure?.[flatdemandmonths?.[month] ?? 0] ?? 0);
}

function flatDemand(record: UrdbRecord, { from, seasons }: Context): Charges | Refusal {
  const structure = record.flatdemandstructure ?? [];
  if (structure.length === 0) return none;
  const ofMonth = record.flatdemandmonths ?? months.map(() => 0);
  if (!record.flatdemandmonths && structure.length > 1)
    return refuse(
      'URDB_SCHEDULE_INVALID',
      `flatdemandstructure has ${structure.length} periods, but there are no flatdemandmonths.`,
    );
  const unknown = ofMonth.find((period) => period >= structure.length);
  if (unknown !== undefined)
    return refuse(
      'URDB_SCHEDULE_INVALID',
      `flatdemandmonths names period ${unknown}; flatdemandstructure has ${structure.length}, counted from 0.`,
    );
  const blocks = blocksOfAll('flatdemandstructure', structure, [...new Set(ofMonth)]);
  if (isRefusal(blocks)) return blocks;
  const ratchet = ratchets(record);
  if (isRefusal(ratchet)) return ratchet;
  if ([...blocks.values()].every(({ rates }) => isZero(rates))) return none;
  const of = (month: number) => blocks.get(ofMonth[month] ?? 0) ?? noBlocks;
  const tierCount = 1 + Math.max(...Array.from(blocks.values(), ({ limits }) => limits.length));
  const isTiered = tierCount > 1;
  const rate = ({ rates }: Blocks) => (isTiered ? padded(rates, tierCount) : (rates[0] ?? '0'));
  const charge: Demand = {
    code: MAXIMUM_DEMAND,
    name: { en: 'Demand charge' },
    kind: 'demand',
    ...window(record),
    ...(ratchet && { ratchets: [ratchet] }),
    ...(isTiered && { tiers: [{ from, value: valueBySeason(seasons, (month) => [...of(month).limits]) }] }),
    rate: [{ from, value: valueBySeason(seasons, (month) => rate(of(month))) }],
  };
  return { charges: [charge], calendars: [] };
}

function timeOfUseDemand(record: UrdbRecord, { from }: Context): Charges | Refusal {
  const structure = record.demandratestructure ?? [];
  if (structure.length === 0) return none;
  const schedules = schedulesOf('demandratestructure', structure.length, {
    weekday: ['demandweekdayschedule', record.demandweekdayschedule],
    weekend: ['demandweekendschedule', record.demandweekendschedule],
  });
  if (isRefusal(schedules)) return schedules;
  const calendar = scheduleCalendar('demand', 'Demand', from, schedules);
  const blocks = blocksOfAll(
    'demandratestructure',
    structure,
    periodsOf(schedules.weekday, schedules.weekend),
  );
  if (isRefusal(blocks)) return blocks;
  return byPeriod(blocks, calendar, from, 'Demand charge', window(record));
}

/** Billed is the demand in the intervals in which the system peaks; the schedule says at what rate, by month and hour. */
function coincidentDemand(record: UrdbRecord, { from }: Context): Charges | Refusal {
  const structure = record.coincidentratestructure ?? [];
  if (structure.length === 0) return none;
  const schedules = schedulesOf('coincidentratestructure', structure.length, {
    weekday: ['coincidentrateschedule', record.coincidentrateschedule],
    weekend: ['coincidentrateschedule', record.coincidentrateschedule],
  });
  if (isRefusal(schedules)) return schedules;
  const calendar = scheduleCalendar('coincident', 'Coincident peak', from, schedules);
  const blocks = blocksOfAll('coincidentratestructure', structure, periodsOf(schedules.weekday));
  if (isRefusal(blocks)) return blocks;
  return byPeriod(blocks, calendar, from, 'Coincident peak charge', { ...window(record), coincident: true });
}

function byPeriod(
  blocks: ReadonlyMap<number, Blocks>,
  calendar: Calendar,
  from: string,
  name: string,
  details: Partial<Demand>,
): Charges {
  const charged = [...blocks].filter(([, { rates }]) => !isZero(rates));
  const isAlways = blocks.size === 1;
  const charges = charged.map(([period, of]): Demand => ({
    code: `${calendar.code}-${periodCode(period)}`,
    name: { en: `${name}, period ${period + 1}` },
    kind: 'demand',
    ...(!isAlways && { calendar: calendar.code, periods: [periodCode(period)] }),
    ...details,
    ...(of.limits.length > 0 && { tiers: [{ from, value: [...of.limits] }] }),
    rate: [{ from, value: rateOf(of) }],
  }));
  return { charges, calendars: charges.length > 0 && !isAlways ? [calendar] : [] };
}

/** So much for each kvar of the month's highest reactive demand, where the meter measures it. */
function reactiveDemand(record: UrdbRecord, { from }: Context): Charges {
  const rate = record.demandreactivepowercharge ?? 0;
  if (rate === 0) return none;
  const charge: Charge = {
    code: 'reactive-demand',
    name: { en: 'Reactive demand charge' },
    kind: 'demand',
    quantity: 'reactive-import',
    ...window(record),
    rate: [{ from, value: dollars(rate) }],
  };
  return { charges: [charge], calendars: [] };
}

/**
 * `lookbackpercent` of the highest demand of the `lookbackrange` months before or of the year's `lookbackmonths`; earlier
 * versions of the API have `demandratchetpercentage`, of the year's highest. Refusals: `URDB_LOOKBACK_INVALID`.
 */
function ratchets(record: UrdbRecord): NonNullable<Demand['ratchets']>[number] | undefined | Refusal {
  const { lookbackpercent = 0, lookbackrange = 0, lookbackmonths, demandratchetpercentage } = record;
  const ofMonths = months.filter((month) => lookbackmonths?.[month]).map((month) => month + 1);
  if (lookbackpercent > 1)
    return refuse(
      'URDB_LOOKBACK_INVALID',
      `lookbackpercent ${lookbackpercent} is above 1; it is a share, 0.75 for 75 %.`,
    );
  if (lookbackpercent > 0 && lookbackrange > 0)
    return ofMonths.length > 0
      ? refuse(
          'URDB_LOOKBACK_INVALID',
          'lookbackrange and lookbackmonths are both given; the rate looks back either so many months or at these.',
        )
      : { months: lookbackrange, share: dollars(lookbackpercent) };
  if (lookbackpercent > 0 && ofMonths.length > 0)
    return {
      months: REST_OF_YEAR,
      ...(ofMonths.length < months.length && { ofMonths }),
      share: dollars(lookbackpercent),
    };
  if (lookbackpercent > 0)
    return refuse(
      'URDB_LOOKBACK_INVALID',
      `lookbackpercent is ${lookbackpercent}, but neither lookbackrange nor lookbackmonths says what to look back at.`,
    );
  const [share = 0, ...others] = [...new Set(demandratchetpercentage ?? [])];
  if (others.length > 0 || share > 1)
    return refuse(
      'URDB_LOOKBACK_INVALID',
      'demandratchetpercentage differs between months, or is above 1; only one share for the whole year is rated.',
    );
  return share > 0 ? { months: REST_OF_YEAR, share: dollars(share) } : undefined;
}

function strangeUnit(record: UrdbRecord): Refusal | undefined {
  const fields = {
    demandunits: record.demandratestructure ?? record.flatdemandstructure,
    demandrateunit: record.demandratestructure,
    flatdemandunit: record.flatdemandstructure,
    coincidentrateunit: record.coincidentratestructure,
  } as const;
  for (const [field, structure] of Object.entries(fields)) {
    const unit = record[field as keyof typeof fields];
    const isCharged = structure?.some((tiers) => tiers.some(({ rate = 0, adj = 0 }) => rate + adj !== 0));
    if (unit !== undefined && unit.toLowerCase() !== 'kw' && isCharged)
      return refuse('URDB_UNIT_UNKNOWN', `${field}: demand in "${unit}" is not rated, only in kW.`);
  }
  return undefined;
}

function blocksOfAll(
  field: string,
  structure: NonNullable<UrdbRecord['demandratestructure']>,
  periods: readonly number[],
): Map<number, Blocks> | Refusal {
  const blocks = new Map<number, Blocks>();
  for (const period of periods) {
    const read = blocksOf(field, period, structure[period] ?? []);
    if (isRefusal(read)) return read;
    blocks.set(period, read);
  }
  return blocks;
}

function rateOf({ limits, rates }: Blocks): string | string[] {
  return limits.length > 0 ? padded(rates, limits.length + 1) : (rates[0] ?? '0');
}

/** REopt and SAM take the demand of the intervals that a load has; so do rates without a window, and loads that are coarser. */
function window({ demandwindow }: UrdbRecord): Pick<Demand, 'windowMinutes' | 'longerIntervals'> {
  return demandwindow
    ? { windowMinutes: demandwindow, longerIntervals: 'accepted' }
    : { windowMinutes: 'interval' };
}

const none: Charges = { charges: [], calendars: [] };
const noBlocks: Blocks = { limits: [], rates: ['0'], sell: ['0'] };
