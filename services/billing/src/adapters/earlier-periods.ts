import type pg from 'pg';
import { BILLED_READING_TYPES, type BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { periodsLookedBackAt } from '../domain/billing-cycle/demand-history.ts';
import { validatedDaysOf } from './validated-days-of.ts';

/** What was metered in the periods that ratchets look back at; undefined, and nothing is read, where no tariff has any. */
export async function earlierPeriods(
  pool: pg.Pool,
  basis: Pick<BillingBasis, 'agreement' | 'period' | 'tariffs'>,
): Promise<BillingBasis['earlier']> {
  const periods = periodsLookedBackAt(basis);
  if (periods.length === 0) return undefined;
  const { usagePointId } = basis.agreement;
  const days = await validatedDaysOf(
    pool,
    periods.map(({ start, end }) => ({ usagePointId, readingTypes: BILLED_READING_TYPES, start, end })),
  );
  return periods.map((period, place) => ({ period, days: days[place]! }));
}
