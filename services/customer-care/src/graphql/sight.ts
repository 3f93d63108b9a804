import { refuse, type Refusal } from '@metermesh/decider';
import { isStaff, type Claims } from '@metermesh/service-kit';

/** A refusal unless the one who asks is staff or that very customer. */
export function sees(
  claims: Claims,
  customerId: string | undefined,
  what: string,
): Refusal<'FORBIDDEN'> | undefined {
  if (isStaff(claims) || (customerId !== undefined && customerId === claims.customerId)) return undefined;
  return refuse('FORBIDDEN', `${what} is not among those of the one who asks.`);
}

/** The customer to whose things a list is limited; undefined: staff, who see all. A partner sees none yet. */
export function onlyCustomer(claims: Claims): string | undefined {
  return isStaff(claims) ? undefined : (claims.customerId ?? '');
}
