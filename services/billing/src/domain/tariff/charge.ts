import { z } from 'zod';
import {
  bySeason,
  code,
  dated,
  decimal,
  name,
  notNegative,
  positive,
  rounding,
  seasons,
  share,
  timeOfDay,
} from './dated.ts';

/**
 * What is metered. `import` is what comes in, in the tariff's unit, and of gas and water the volume; `net-import` and
 * `net-export` are what over the whole period more came in than went out, or the other way round (net metering).
 */
export const quantities = [
  'import',
  'export',
  'net-import',
  'net-export',
  'reactive-import',
  'reactive-export',
  'volume',
  'standard-volume',
  'energy',
] as const;
export type QuantityName = (typeof quantities)[number];

const common = { code, name, note: z.string().optional(), rounding: rounding.optional() };
const of = z.array(code).min(1, 'expected at least one charge');
const quantity = z.enum(quantities).optional();
const per = z.enum(['month', 'day', 'year']).optional();
const tiersPer = z.enum(['month', 'day']).optional();
/** The customer's attribute (a whole or decimal number, such as households) that multiplies it. */
const times = code.optional();
const limits = z.array(positive);
const rates = z.array(decimal).min(1);
/** How tier limits are meant: a month's or a day's, times an attribute, times the kW that a demand charge bills. */
const tierScale = { tiersPer, tiersTimes: times, tiersPerKwOf: code.optional() };

/**
 * A power factor earns or costs `sharePerPoint` of the charges `of` for each hundredth beyond `standard`, within `best` and
 * `worst`; without `rewards` it can only cost.
 */
const powerFactorHours = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  standard: share,
  best: share,
  worst: share,
  sharePerPoint: notNegative,
  rewards: z.boolean().optional(),
});

export const charge = z.discriminatedUnion('kind', [
  z
    .strictObject({ ...common, kind: z.literal('fixed'), per, times, rate: dated(bySeason(decimal)) })
    .describe('So much a month, a day, or a year.'),
  z
    .strictObject({
      ...common,
      kind: z.literal('fixed-by-attribute'),
      attribute: code,
      per,
      times,
      rate: dated(z.record(z.string().min(1), decimal)),
    })
    .describe("So much a month or a day, by what the customer's attribute says, such as a pipe's size."),
  z
    .strictObject({ ...common, kind: z.literal('fixed-by-tier'), tiersOf: code, rate: dated(rates) })
    .describe('So much a month, by the tier that the usage reaches in the progressive charge `tiersOf`.'),
  z
    .strictObject({ ...common, kind: z.literal('flat'), quantity, rate: dated(bySeason(decimal)) })
    .describe('One rate for every unit: energy prices without tiers, riders, credits for export.'),
  z
    .strictObject({
      ...common,
      kind: z.literal('progressive'),
      quantity,
      ...tierScale,
      tiers: dated(z.record(code, limits)),
      rate: dated(bySeason(rates)),
    })
    .describe('A rate for each tier; `tiers` are upper limits by season, the last tier having none.'),
  z
    .strictObject({
      ...common,
      kind: z.literal('time-of-use'),
      calendar: code,
      quantity,
      ...tierScale,
      tiersBy: z.enum(['period', 'total']).optional(),
      tiers: dated(z.record(code, limits)).optional(),
      rate: dated(z.record(code, z.union([decimal, rates]))),
    })
    .describe(
      "A rate for each period of the calendar. `tiers` are upper limits of a period's usage by period or, with `tiersBy: total`, of the whole usage by season, every period carrying its share of each tier.",
    ),
  z
    .strictObject({
      ...common,
      kind: z.literal('demand'),
      basis: z.enum(['measured', 'contract']).optional(),
      /** What stands in where no demand is metered; refused where absent. */
      unmetered: z.literal('contract').optional(),
      /** Of a reactive one each kvar, where it is metered at all. */
      quantity: z.enum(['import', 'export', 'reactive-import', 'reactive-export']).optional(),
      windowMinutes: z.union([z.int().min(1).max(1440), z.literal('interval')]).optional(),
      /** Where the meter's intervals are longer than the window, their means are taken; refused where absent. */
      longerIntervals: z.literal('accepted').optional(),
      /** Only hours of these periods of the calendar count. */
      calendar: code.optional(),
      periods: z.array(code).min(1).optional(),
      /** Only the intervals in which the system had its peak count: the request names them. */
      coincident: z.boolean().optional(),
      ratchets: z
        .array(
          z.strictObject({
            months: z.int().min(1).max(36),
            ofMonths: z.array(z.int().min(1).max(12)).min(1).optional(),
            share: positive,
          }),
        )
        .optional(),
      atLeast: z.strictObject({ contractShare: positive.optional(), kW: positive.optional() }).optional(),
      demandRounding: rounding.optional(),
      tiers: dated(bySeason(limits)).optional(),
      rate: dated(bySeason(z.union([decimal, rates]))),
    })
    .describe(
      "A rate for each kW and month of the highest mean demand over `windowMinutes`, or of the contract power. Tiers are in kW. Of a window `interval` the means are those of the meter's intervals, whatever their length; with `longerIntervals: accepted` also where these are longer than the window. A ratchet holds the demand at a share of the highest of the `months` months before, of those in `ofMonths` (1 to 12).",
    ),
  z
    .strictObject({
      ...common,
      kind: z.literal('power-factor'),
      of,
      /** Those in force when the period begins. */
      lagging: dated(powerFactorHours).optional(),
      leading: dated(powerFactorHours).optional(),
      /** Where given, the mean of the power factors of so many minutes each, within `best` and `worst`; else that of the sums. */
      windowMinutes: z.int().min(1).max(1440).optional(),
      powerFactorRounding: rounding.optional(),
    })
    .describe('What the power factor adds to or takes off the charges `of`.'),
  z
    .strictObject({
      ...common,
      kind: z.literal('discount'),
      of,
      for: z.union([code, z.array(code).min(1)]).optional(),
      group: code.optional(),
      seasons: seasons.optional(),
      upTo: positive.optional(),
      share: dated(bySeason(share)).optional(),
      perUnit: dated(bySeason(notNegative)).optional(),
      quantity,
      units: positive.optional(),
      limit: dated(bySeason(notNegative)).optional(),
      leaveAtLeast: decimal.optional(),
    })
    .describe(
      'Taken off the charges `of`: a `share` of them, or `perUnit` for each of at most `units` a month, or as much as `limit`; never more than `limit` a month, and leaving `leaveAtLeast`. Only with usage of at most `upTo` a month, only for customers entitled to `for` (to one of them); of the discounts of one `group` that hold on a day only the best is given. Its shares, rates and limits may go by `seasons` of its own.',
    ),
  z
    .strictObject({ ...common, kind: z.literal('minimum'), of, per, times, rate: dated(bySeason(decimal)) })
    .describe(
      'What the charges `of` lack to so much a month, or to so much a year: that only bills of whole years can tell.',
    ),
  z
    .strictObject({ ...common, kind: z.literal('percentage'), of, rate: dated(decimal) })
    .describe('A share of the charges `of`, 0.1 being 10 %: taxes and funds.'),
]);

export type Charge = z.infer<typeof charge>;
export type ChargeOf<Kind extends Charge['kind']> = Extract<Charge, { kind: Kind }>;
