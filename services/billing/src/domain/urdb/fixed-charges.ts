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

/** What all charges together lack to the least that is billed. Refusals: `URDB_UNIT_UNKNOWN`. */
export function minimumCharges(record: UrdbRecord, from: string, of: string[]): Charge[] | Refusal {
  const minima: Amount[] = [];
  if (record.minmonthlycharge) minima.push({ value: record.minmonthlycharge, per: 'month' });
  if (record.annualmincharge) minima.push({ value: record.annualmincharge, per: 'year' });
  if (record.mincharge) {
    const per = unitOf('minchargeunits', record.minchargeunits);
    if (isRefusal(per)) return per;
    minima.push({ value: record.mincharge, per });
  }
  return minima.map(({ value, per }) => ({
    code: per === 'year' ? 'annual-minimum' : 'minimum',
    name: { en: per === 'year' ? 'To the minimum of a year' : 'To the minimum charge' },
    kind: 'minimum',
    ...(per !== 'month' && { per }),
    of,
    rate: [{ from, value: dollars(value) }],
  }));
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
