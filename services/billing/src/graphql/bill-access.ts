import { refuse, type Refusal } from '@metermesh/decider';
import { isStaff, type Claims } from '@metermesh/service-kit';
import type { Bill } from '../projections/bill.ts';

/** The customer whose bills alone the caller may see; undefined for staff, who see all. */
export function visibleCustomer(claims: Claims): string | undefined {
  return isStaff(claims) ? undefined : (claims.customerId ?? '');
}

/** A bill concerns the customer that it names, whoever pays for the usage point before or after. */
export function mayRead(
  claims: Claims,
  { id, customerId }: Pick<Bill, 'id' | 'customerId'>,
): Refusal | undefined {
  const visible = visibleCustomer(claims);
  if (visible === undefined || visible === customerId) return undefined;
  return refuse('FORBIDDEN', `Bill ${id} is not among those of the one who asks.`);
}
