import { Counter } from 'prom-client';
import type { BillingCycleEvent } from './domain/billing-cycle/billing-cycle.ts';

const billsIssued = new Counter({
  name: 'metermesh_bills_issued_total',
  help: 'Bills issued by this process, by tariff.',
  labelNames: ['tariff'],
});
const cyclesHeld = new Counter({
  name: 'metermesh_billing_cycles_held_total',
  help: 'Times that this process held a billing cycle, by reason.',
  labelNames: ['reason'],
});

/** Counts what has been decided, once it is recorded. */
export function countBilling(events: readonly BillingCycleEvent[]): void {
  for (const event of events) {
    if (event.$typeName === 'metermesh.billing.v1.BillIssued') billsIssued.inc({ tariff: event.tariffId });
    if (event.$typeName === 'metermesh.billing.v1.BillingCycleHeld') {
      for (const code of new Set(event.reasons.map((reason) => reason.code)))
        cyclesHeld.inc({ reason: code });
    }
  }
}
