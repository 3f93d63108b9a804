import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';
import { faultsText, jsonFaults } from '../json-faults.ts';

/**
 * One rate of the US Utility Rate Database as its API gives it, versions 3 to 8: the fields that bill something, by
 * their names there (https://openei.org/services/doc/rest/util_rates). Amounts are US dollars.
 */
export type UrdbRecord = z.infer<typeof record>;
/** A block of a rate structure. `max` is its upper end; `rate` and `adj` add up; `sell` is paid for what comes back. */
export type UrdbTier = z.infer<typeof tier>;

const MONTHS = 12;
const HOURS = 24;

const number = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
  z.number(),
);
const notNegative = number.refine((value) => value >= 0, 'expected zero or more');
const whole = number.refine((value) => Number.isInteger(value) && value >= 0, 'expected a whole number');
/** Some copies of the database keep arrays as text. */
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === 'string' ? parsedJson(value) : value), z.array(item));
const text = z.string();

const tier = z.strictObject({
  max: notNegative.optional(),
  rate: number.optional(),
  adj: number.optional(),
  sell: number.optional(),
  unit: text.optional(),
});
const structure = list(list(tier).refine((tiers) => tiers.length > 0, 'a period without tiers'));
const monthly = <T extends z.ZodType>(item: T) =>
  list(item).refine((values) => values.length === MONTHS, 'expected a value for each of the twelve months');
/** Twelve months of 24 hours from midnight, each the place of a period in the structure. */
const schedule = monthly(list(whole).refine((hours) => hours.length === HOURS, 'expected 24 hours'));
const flag = z.preprocess((value) => {
  const said = String(value).trim().toLowerCase();
  if (['true', '1', 'yes'].includes(said)) return true;
  return ['false', '0', 'no', '', 'null'].includes(said) ? false : value;
}, z.boolean());

const record = z.object({
  label: text.optional(),
  name: text.optional(),
  utility: text.optional(),
  uri: text.optional(),
  source: text.optional(),
  sector: text.optional(),
  country: text.optional(),
  startdate: whole.optional(),
  enddate: whole.optional(),

  fixedmonthlycharge: number.optional(),
  fixedchargefirstmeter: number.optional(),
  fixedchargeeaaddl: number.optional(),
  fixedchargeunits: text.optional(),
  minmonthlycharge: notNegative.optional(),
  mincharge: notNegative.optional(),
  minchargeunits: text.optional(),
  annualmincharge: notNegative.optional(),

  energyratestructure: structure.optional(),
  energyweekdayschedule: schedule.optional(),
  energyweekendschedule: schedule.optional(),
  fueladjustmentsmonthly: monthly(number).optional(),
  dgrules: text.optional(),
  usenetmetering: flag.optional(),

  demandunits: text.optional(),
  demandrateunit: text.optional(),
  demandratestructure: structure.optional(),
  demandweekdayschedule: schedule.optional(),
  demandweekendschedule: schedule.optional(),
  demandwindow: notNegative.optional(),
  demandreactivepowercharge: number.optional(),
  demandratchetpercentage: monthly(notNegative).optional(),
  flatdemandunit: text.optional(),
  flatdemandstructure: structure.optional(),
  flatdemandmonths: monthly(whole).optional(),
  lookbackpercent: notNegative.optional(),
  lookbackrange: whole.optional(),
  lookbackmonths: monthly(flag).optional(),

  coincidentrateunit: text.optional(),
  coincidentratestructure: structure.optional(),
  coincidentrateschedule: schedule.optional(),

  energyattrs: z.unknown().optional(),
  demandattrs: z.unknown().optional(),
  fixedattrs: z.unknown().optional(),
});

/** Fields that say what a rate is, for whom, and where it comes from; nothing is billed by them. */
const descriptive = new Set(
  `eiaid description basicinformationcomments energycomments demandcomments approved is_default supersedes supercedes
   servicetype sourceparent revisions peakkwcapacitymin peakkwcapacitymax peakkwcapacityhistory peakkwhusagemin
   peakkwhusagemax peakkwhusagehistory voltageminimum voltagemaximum voltagecategory phasewiring phase
   energytoulabels demandtoulabels`.split(/\s+/),
);

/**
 * A record from parsed JSON: the bare object, an answer of the API (`{"items": […]}`), or a REopt scenario
 * (`{"ElectricTariff": {"urdb_response": …}}`). Names are taken in any case: API version 7 wrote `lookbackPercent`.
 * Refusals: `URDB_RATE_NOT_FOUND`, `URDB_SEVERAL_RATES`, `URDB_FIELD_UNKNOWN`, `URDB_FIELD_INVALID`.
 */
export function parseUrdbRecord(json: unknown): UrdbRecord | Refusal {
  const found = ratesIn(json);
  const [only] = found;
  if (!only)
    return refuse(
      'URDB_RATE_NOT_FOUND',
      'There is no rate in it: expected an object of the US Utility Rate Database, or its answer {"items": […]}.',
    );
  if (found.length > 1)
    return refuse(
      'URDB_SEVERAL_RATES',
      `There are ${found.length} rates (${found.map((rate) => String(rate['label'] ?? rate['name'])).join(', ')}); give one.`,
    );
  const fields = Object.fromEntries(
    Object.entries(only)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
  const unknown = Object.keys(fields).filter((name) => !(name in record.shape) && !descriptive.has(name));
  if (unknown.length > 0)
    return refuse(
      'URDB_FIELD_UNKNOWN',
      `${unknown.join(', ')}: no such field of the US Utility Rate Database is known; take it out if it bills nothing.`,
    );
  const parsed = record.safeParse(fields);
  if (parsed.success) return parsed.data;
  return refuse(
    'URDB_FIELD_INVALID',
    faultsText(jsonFaults(parsed.error).map(({ path, message }) => `${path.join('.')}: ${message}`)),
  );
}

/** Whether JSON is a rate of this kind rather than a tariff of our own. */
export function isUrdb(json: unknown): boolean {
  return ratesIn(json).length > 0;
}

const tellTale = [
  'energyratestructure',
  'flatdemandstructure',
  'demandratestructure',
  'coincidentratestructure',
];

function ratesIn(json: unknown): Record<string, unknown>[] {
  if (!isRecord(json)) return [];
  const { items, urdb_response, ElectricTariff } = json;
  if (Array.isArray(items)) return items.flatMap(ratesIn);
  if (urdb_response !== undefined) return ratesIn(urdb_response);
  if (ElectricTariff !== undefined) return ratesIn(ElectricTariff);
  const names = Object.keys(json).map((name) => name.toLowerCase());
  return names.some((name) => tellTale.includes(name) || /^fixed(monthly)?charge/.test(name)) ? [json] : [];
}

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
