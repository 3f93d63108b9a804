import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';
import { calendar } from './calendar.ts';
import { charge, type Charge, type ChargeOf } from './charge.ts';
import { code, name, rounding, seasons, type Dated } from './dated.ts';
import { faultsText, jsonFaults } from '../json-faults.ts';
import { gasConversion } from './gas-conversion.ts';
import type { HolidayList, HolidayLists } from './holidays.ts';
import { inconsistencies } from './tariff-consistency.ts';

export { valueOn, type Dated } from './dated.ts';
export type { Charge, ChargeOf };

export const tariffShape = z
  .strictObject({
    $schema: z.string().optional(),
    id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'expected publisher/name'),
    name,
    source: z.string().min(1),
    until: z.iso
      .date()
      .optional()
      .describe('The first date on which it is known no longer; open where absent.'),
    serviceKind: z
      .enum(['electricity', 'gas', 'water', 'heat'])
      .optional()
      .describe('What it is for; from the unit where absent.'),
    customerClass: code.optional().describe('Whom it is open to, such as "residential".'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as "KRW"'),
    unit: z.enum(['kWh', 'm3']),
    quantityRounding: rounding.optional().describe('Of the metered quantity, before anything is rated.'),
    billingMonth: z
      .strictObject({ shortestDays: z.int().positive(), longestDays: z.int().max(366) })
      .describe(
        'A period of so many days is one month; another is prorated by the days of the month that begins with it.',
      ),
    severalMonths: z
      .literal('apart')
      .optional()
      .describe(
        'A period longer than a billing month is billed month by month, each by itself; as one bill of so many months where absent.',
      ),
    seasons,
    calendars: z.array(calendar).optional(),
    conversion: gasConversion
      .optional()
      .describe('Of tariffs that bill the standard volume or the energy of gas.'),
    proration: z
      .strictObject({ quantity: rounding.optional(), amount: rounding })
      .describe(
        "Where a period falls into parts: of each part's quantity and tiers, and of each part's amount.",
      ),
    charges: z.array(charge).min(1),
    totalRounding: rounding.optional(),
    negativeTotal: z
      .enum(['credit', 'zero'])
      .optional()
      .describe('A total below zero stays one (`credit`), or becomes zero.'),
  })
  .superRefine((parsed, context) => {
    for (const { path, message } of inconsistencies(parsed))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

export type Tariff = z.infer<typeof tariffShape> & {
  /** The lists of holidays that its calendars name. */
  readonly holidays?: HolidayLists;
};

/** A tariff from parsed JSON; `TARIFF_INVALID` names every rule that is wrong, where it stands and what was expected. */
export function parseTariff(json: unknown, holidays: HolidayLists = {}): Tariff | Refusal<'TARIFF_INVALID'> {
  const parsed = tariffShape.safeParse(json);
  if (parsed.success) return withHolidays(parsed.data, holidays);
  const faults = jsonFaults(parsed.error).map(({ path, message }) => `${place(path, json)}: ${message}`);
  return refuse('TARIFF_INVALID', faultsText(faults), { faults });
}

function withHolidays(
  parsed: z.infer<typeof tariffShape>,
  lists: HolidayLists,
): Tariff | Refusal<'TARIFF_INVALID'> {
  const used: Record<string, HolidayList> = {};
  const faults = (parsed.calendars ?? []).flatMap(({ holidays }, index) => {
    if (typeof holidays !== 'string') return [];
    const list = lists[holidays];
    if (list) used[holidays] = list;
    return list
      ? []
      : [
          `calendars[${index}].holidays: there is no list "${holidays}"; there are: ${Object.keys(lists).join(', ')}`,
        ];
  });
  if (faults.length > 0) return refuse('TARIFF_INVALID', faults.join('; '), { faults });
  return Object.keys(used).length > 0 ? { ...parsed, holidays: used } : parsed;
}

/** The first date on which every value of the tariff is known. */
export function effectiveFrom({ charges, calendars = [] }: Tariff): string {
  const dated = [...charges.flatMap(datedValues), ...calendars.map(({ rules }) => rules)];
  const firsts = dated.map((values) => values[0]?.from ?? '');
  return firsts.reduce((latest, from) => (from > latest ? from : latest), '');
}

function datedValues(charge: Charge): Dated<unknown>[] {
  return Object.values(charge).filter(isDated);
}

function isDated(value: unknown): value is Dated<unknown> {
  return Array.isArray(value) && isRecord(value[0]) && 'from' in value[0] && 'value' in value[0];
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
