import { timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import {
  evolveBillingCycle,
  unopenedCycle,
  type BillingCycle,
  type BillingCycleEvent,
} from '../domain/billing-cycle/billing-cycle.ts';

/** How to fold a cycle as it was at an instant (milliseconds): whatever was decided later is left out. */
export function billingCycleAsOf(instant: number) {
  return {
    initialState: unopenedCycle,
    evolve: (state: BillingCycle, event: BillingCycleEvent): BillingCycle => {
      const decidedAt = instantOf(event);
      return decidedAt && timestampMs(decidedAt) > instant ? state : evolveBillingCycle(state, event);
    },
  };
}

/** When what a bill shows was decided; undefined for events that show in no bill by themselves. */
function instantOf(event: BillingCycleEvent): Timestamp | undefined {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillIssued':
      return event.issuedAt;
    case 'metermesh.billing.v1.BillCancelled':
      return event.cancelledAt;
    case 'metermesh.billing.v1.BillDisputed':
      return event.disputedAt;
    case 'metermesh.billing.v1.BillDisputeResolved':
      return event.resolvedAt;
    default:
      return undefined;
  }
}
