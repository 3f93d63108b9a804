import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { Charge } from '../tariff/charge.ts';
import { dollars } from './tiers.ts';
import type { UrdbRecord } from './urdb-record.ts';

interface Amount {
  readonly value: number;
  readonly per: 'day' | 'month' | 'year';
}

/** So much a day, a month, or a year. Refusals: `URDB_UNIT_UNKNOWN`, `URDB_FIXED_CHARGE_AMBIGUOUS`. */
export function fixedCharges(record: UrdbRecord, from: string): Charge[] | Refusal {
  const amount = fixedAmount(record);
  if (amount === undefined || isRefusal(amount)) return amount ?? [];
  const { value, per } = amount;
  return [
    {
      code: 'customer',
      name: { en: 'Fixed charge' },
      kind: 'fixed',
      ...(per !== 'month' && { per }),
      rate: [{ from, value: dollars(value) }],
    },
  ];
}

/**
 * What all charges together lack to the least that is billed for a month (or a day), then for a year.
 * Refusals: `URDB_UNIT_UNKNOWN`, `URDB_MINIMUM_AMBIGUOUS`.
 */
export function minimumCharges(record: UrdbRecord, from: string, of: string[]): Charge[] | Refusal {
  const { minmonthlycharge, mincharge, annualmincharge } = record;
  const per = mincharge ? unitOf('minchargeunits', record.minchargeunits) : 'month';
  if (isRefusal(per)) return per;
  const monthly = [
    ...(minmonthlycharge ? [{ value: minmonthlycharge, per: 'month' as const }] : []),
    ...(mincharge && per !== 'year' ? [{ value: mincharge, per }] : []),
  ];
  const annual = [annualmincharge, per === 'year' ? mincharge : 0].filter((value) => value);
  if (monthly.length > 1 || annual.length > 1)
    return refuse(
      'URDB_MINIMUM_AMBIGUOUS',
      `mincharge (${mincharge} $/${per}) says the same again as minmonthlycharge or annualmincharge; give one of them.`,
    );
  const charges = monthly.map((amount): Charge => ({
    code: 'minimum',
    name: { en: 'To the minimum charge' },
    kind: 'minimum',
    ...(amount.per === 'day' && { per: amount.per }),
    of,
    rate: [{ from, value: dollars(amount.value) }],
  }));
  return [
    ...charges,
    ...annual.map((value): Charge => ({
      code: 'annual-minimum',
      name: { en: 'To the minimum of a year' },
      kind: 'minimum',
      per: 'year',
      of: [...of, ...charges.map(({ code }) => code)],
      rate: [{ from, value: dollars(value) }],
    })),
  ];
}

/** API version 3 to 6 has a monthly charge; later ones one of the first meter, with its unit. */
function fixedAmount(record: UrdbRecord): Amount | undefined | Refusal {
  const { fixedmonthlycharge: monthly = 0, fixedchargefirstmeter: first = 0 } = record;
  const per = first === 0 ? 'month' : unitOf('fixedchargeunits', record.fixedchargeunits);
  if (isRefusal(per)) return per;
  if (monthly !== 0 && first !== 0 && (monthly !== first || per !== 'month'))
    return refuse(
      'URDB_FIXED_CHARGE_AMBIGUOUS',
      `fixedmonthlycharge is ${monthly} and fixedchargefirstmeter ${first} $/${per}; give the one that holds.`,
    );
  if (first !== 0) return { value: first, per };
  return monthly === 0 ? undefined : { value: monthly, per: 'month' };
}

function unitOf(field: string, unit: string | undefined): Amount['per'] | Refusal {
  const per = /^\$\/(day|month|year)$/.exec(unit ?? '')?.[1];
  if (per === 'day' || per === 'month' || per === 'year') return per;
  return refuse('URDB_UNIT_UNKNOWN', `${field}: "${unit ?? ''}" is none of $/day, $/month and $/year.`);
}
