import { refuse, type Refusal } from '@metermesh/decider';
import type { Claims } from '@metermesh/service-kit';
import { visibleCustomer } from './bill-access.ts';

/** Staff see every account, a customer his own. */
export function mayReadAccount(claims: Claims, customerId: string): Refusal | undefined {
  const visible = visibleCustomer(claims);
  if (visible === undefined || visible === customerId) return undefined;
  return refuse('FORBIDDEN', `Customer ${customerId} is not the one who asks.`);
}
