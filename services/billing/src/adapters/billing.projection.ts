import { decodeEvent } from '@metermesh/contracts';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillingCycleEvent } from '../domain/billing-cycle/billing-cycle.ts';
import { fixDeterminants, holdCycle, markBilled, openCycle } from './billing-cycles.table.ts';
import { addBill } from './bills.table.ts';

/** Keeps the tables that queries read. */
export const billingProjection: Projection = {
  name: 'billing',
  categories: ['billing-cycle'],
  async apply(client, events) {
    for (const recorded of events) await apply(client, decodeEvent<BillingCycleEvent>(recorded));
  },
};

async function apply(client: pg.PoolClient, event: BillingCycleEvent): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillingCycleOpened':
      return openCycle(client, event);
    case 'metermesh.billing.v1.BillingCycleHeld':
      return holdCycle(client, event);
    case 'metermesh.billing.v1.BillingDeterminantsFixed':
      return fixDeterminants(client, event);
    case 'metermesh.billing.v1.BillIssued':
      await addBill(client, event);
      return markBilled(client, event);
  }
}
