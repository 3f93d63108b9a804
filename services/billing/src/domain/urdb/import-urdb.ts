import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { parseTariff, type Tariff } from '../tariff/tariff.ts';
import type { Calendar } from '../tariff/calendar.ts';
import type { Charge } from '../tariff/charge.ts';
import { demandCharges, flatDemandSignature, freeDemand, MAXIMUM_DEMAND } from './demand-charges.ts';
import { energyCharges, energyRates, energySignature, fuelCharge } from './energy-charges.ts';
import { exportCredits, isNetMetered } from './export-credits.ts';
import { fixedCharges, minimumCharges } from './fixed-charges.ts';
import { monthSeasons } from './months.ts';
import { parseUrdbRecord, type UrdbRecord } from './urdb-record.ts';

/** Rates without a `startdate` hold from the beginning of time that a tariff can name. */
const ALWAYS = '1900-01-01';

/**
 * A tariff of ours from JSON of the US Utility Rate Database (API versions 3 to 8), rated by the engine that rates all
 * others. What it reads how is in docs/urdb.md. The database says nothing of rounding, so nothing is rounded; a rate holds from its
 * `startdate` on, its `enddate` being when the next version was entered. Refusals: `URDB_…`, naming the field.
 */
export function importUrdb(json: unknown): Tariff | Refusal {
  const record = parseUrdbRecord(json);
  if (isRefusal(record)) return record;
  if (record.country !== undefined && record.country !== 'USA')
    return refuse(
      'URDB_COUNTRY_UNKNOWN',
      `country: rates of ${record.country} are not read, only of the USA.`,
    );
  const from = dateOf(record.startdate) ?? ALWAYS;
  const charges = chargesOf(record, from);
  if (isRefusal(charges)) return charges;
  if (charges.charges.length === 0)
    return refuse('URDB_RATE_EMPTY', `${record.label ?? record.name ?? 'The rate'} charges nothing.`);
  return parseTariff({
    id: `urdb/${(record.label ?? 'unlabelled').toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`,
    name: { en: record.name ?? 'Rate of the US Utility Rate Database' },
    source: sourceOf(record),
    ...(record.sector && { customerClass: record.sector.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-') }),
    currency: 'USD',
    unit: 'kWh',
    billingMonth: { shortestDays: 25, longestDays: 35 },
    severalMonths: 'apart',
    proration: { amount: { to: '0.000000001', mode: 'half-up' } },
    ...charges,
  });
}

interface Parts {
  readonly seasons: { code: string; from: string; to: string }[];
  readonly calendars?: Calendar[];
  readonly charges: Charge[];
}

function chargesOf(record: UrdbRecord, from: string): Parts | Refusal {
  const energy = energyRates(record);
  if (isRefusal(energy)) return energy;
  const seasons = monthSeasons((month) =>
    [
      energy ? energySignature(energy, month) : '',
      flatDemandSignature(record, month),
      record.fueladjustmentsmonthly?.[month] ?? 0,
    ].join(' '),
  );
  const isNetted = isNetMetered(record) && energy?.ofMonth !== undefined;
  const context = { from, seasons, isNetted };

  const fixed = fixedCharges(record, from);
  if (isRefusal(fixed)) return fixed;
  const demand = demandCharges(record, context);
  if (isRefusal(demand)) return demand;
  const consumption = energy && energyCharges(energy, { ...context, demandCharge: MAXIMUM_DEMAND });
  const credits = energy && exportCredits(record, energy, context);
  if (credits && isRefusal(credits)) return credits;
  const isPerKw = consumption?.charges.some((charge) => 'tiersPerKwOf' in charge);
  const hasMaximum = demand.charges.some(({ code }) => code === MAXIMUM_DEMAND);
  const billed = [
    ...fixed,
    ...(isPerKw && !hasMaximum ? [freeDemand(record, context)] : []),
    ...demand.charges,
    ...(consumption?.charges ?? []),
    ...fuelCharge(record.fueladjustmentsmonthly, context),
    ...(credits ?? []),
  ];
  const minimum = minimumCharges(
    record,
    from,
    billed.map(({ code }) => code),
  );
  if (isRefusal(minimum)) return minimum;
  const calendars = [...(consumption?.calendars ?? []), ...demand.calendars];
  return {
    seasons: [...seasons.seasons],
    ...(calendars.length > 0 && { calendars }),
    charges: [...billed, ...minimum],
  };
}

/** Where it comes from, until when the database has it, and what it says in words, which nobody can rate. */
function sourceOf(record: UrdbRecord): string {
  const end = dateOf(record.enddate);
  const words = [record.fixedattrs, record.demandattrs, record.energyattrs].filter(
    (attributes) => attributes !== undefined,
  );
  return [
    'US Utility Rate Database',
    record.utility,
    record.uri ?? record.label,
    record.source,
    end && `replaced after ${end}`,
    record.fixedchargeeaaddl && `each further meter $${record.fixedchargeeaaddl}, not billed here`,
    words.length > 0 && `said in words and not billed here: ${JSON.stringify(words)}`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** Dates are seconds since 1970 of midnight somewhere in America, which is the same date in UTC. */
function dateOf(seconds: number | undefined): string | undefined {
  return seconds === undefined
    ? undefined
    : new Date(seconds * 1000).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
