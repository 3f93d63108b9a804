import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';
import { inconsistencies } from './tariff-consistency.ts';

const decimal = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,9})?$/, 'expected a decimal number in quotes, such as "120.5"');
const positive = decimal.refine((text) => Number(text) > 0, 'expected a number above zero');
const code = z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected a code of small letters, digits and hyphens');
const monthDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'expected month and day, such as "07-01"');
const rounding = z.strictObject({ to: positive, mode: z.enum(['down', 'half-up', 'up']) });
const name = z.strictObject({ en: z.string().min(1), ko: z.string().min(1).optional() });

/** A value that changes at dates: each entry holds from its date until the next. */
function dated<T extends z.ZodType>(value: T) {
  return z
    .array(z.strictObject({ from: z.iso.date(), value }))
    .min(1, 'expected at least one value')
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        const before = entries[index - 1];
        if (before && before.from >= entry.from)
          context.addIssue({
            code: 'custom',
            path: [index, 'from'],
            message: `${entry.from} is not after ${before.from}; write each change once, in order of time`,
          });
      });
    });
}

const common = { code, name, note: z.string().optional(), rounding: rounding.optional() };
const of = z.array(code).min(1, 'expected at least one charge');

const charge = z.discriminatedUnion('kind', [
  /** So much a month. */
  z.strictObject({ ...common, kind: z.literal('fixed'), rate: dated(decimal) }),
  /** So much a month, by the tier that the usage reaches in the progressive charge `tiersOf`. */
  z.strictObject({
    ...common,
    kind: z.literal('fixed-by-tier'),
    tiersOf: code,
    rate: dated(z.array(decimal).min(1)),
  }),
  /** One rate for every unit: energy prices without tiers, and riders. */
  z.strictObject({ ...common, kind: z.literal('flat'), rate: dated(decimal) }),
  /** A rate for each tier; `tiers` are the monthly upper limits by season, the last tier having none. */
  z.strictObject({
    ...common,
    kind: z.literal('progressive'),
    tiers: dated(z.record(code, z.array(positive))),
    rate: dated(z.array(decimal).min(1)),
  }),
  /** Taken off the charges `of` where the month's usage is at most `upTo`: `limit`, but leaving `leaveAtLeast`. */
  z.strictObject({
    ...common,
    kind: z.literal('discount'),
    of,
    upTo: positive,
    limit: dated(decimal),
    leaveAtLeast: decimal,
  }),
  /** A share of the charges `of`, 0.1 being 10 %: taxes and funds. */
  z.strictObject({ ...common, kind: z.literal('percentage'), of, rate: dated(decimal) }),
]);

const tariff = z
  .strictObject({
    $schema: z.string().optional(),
    id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'expected publisher/name'),
    name,
    source: z.string().min(1),
    currency: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as "KRW"'),
    unit: z.enum(['kWh', 'm3']),
    /** Of the metered quantity, before anything is rated. */
    quantityRounding: rounding.optional(),
    /** A period of so many days is one month; another is prorated by the days of the month that begins with it. */
    billingMonth: z.strictObject({ shortestDays: z.int().positive(), longestDays: z.int().max(366) }),
    /** First and last day, both included; together each day of the year once. */
    seasons: z.array(z.strictObject({ code, from: monthDay, to: monthDay })).min(1),
    /** Where a period falls into parts: of each part's quantity and tiers, and of each part's amount. */
    proration: z.strictObject({ quantity: rounding.optional(), amount: rounding }),
    charges: z.array(charge).min(1),
    totalRounding: rounding.optional(),
  })
  .superRefine((parsed, context) => {
    for (const { path, message } of inconsistencies(parsed))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

export type Tariff = z.infer<typeof tariff>;
export type Charge = z.infer<typeof charge>;
export type ChargeOf<Kind extends Charge['kind']> = Extract<Charge, { kind: Kind }>;
export type Dated<T> = readonly { readonly from: string; readonly value: T }[];

const REPORTED_FAULTS = 10;

/** A tariff from parsed JSON; `TARIFF_INVALID` names every rule that is wrong, where it stands and what was expected. */
export function parseTariff(json: unknown): Tariff | Refusal<'TARIFF_INVALID'> {
  const parsed = tariff.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${place(issue.path, json)}: ${issue.message}`);
  const more = faults.length > REPORTED_FAULTS ? ` (and ${faults.length - REPORTED_FAULTS} more)` : '';
  return refuse('TARIFF_INVALID', faults.slice(0, REPORTED_FAULTS).join('; ') + more, { faults });
}

/** The value in force on a date; undefined before the first. */
export function valueOn<T>(values: Dated<T>, date: string): T | undefined {
  return values.findLast((entry) => entry.from <= date)?.value;
}

/** The first date on which every value of the tariff is known. */
export function effectiveFrom(tariff: Tariff): string {
  const firsts = tariff.charges.flatMap(datedValues).map((values) => values[0]?.from ?? '');
  return firsts.reduce((latest, from) => (from > latest ? from : latest), '');
}

function datedValues(charge: Charge): Dated<unknown>[] {
  switch (charge.kind) {
    case 'progressive':
      return [charge.rate, charge.tiers];
    case 'discount':
      return [charge.limit];
    default:
      return [charge.rate];
  }
}

/** `charges[1] (energy).rate[0].value`: the path in the file, with the charge's own code beside its index. */
function place(path: readonly PropertyKey[], json: unknown): string {
  let value = json;
  let text = '';
  for (const [depth, key] of path.entries()) {
    value = isRecord(value) ? value[key] : undefined;
    text += typeof key === 'number' ? `[${key}]` : `${depth > 0 ? '.' : ''}${String(key)}`;
    if (depth === 1 && path[0] === 'charges' && isRecord(value) && typeof value['code'] === 'string')
      text += ` (${value['code']})`;
  }
  return text || 'the tariff';
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
