import { Counter, Histogram } from 'prom-client';
import type { SliceOutcome } from './adapters/bill-run-slices.table.ts';
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

const agreementsUnchanged = new Counter({
  name: 'metermesh_bill_run_agreements_unchanged_total',
  help: 'Agreements that bill runs found nothing due of, in this process.',
});
const agreementsFailed = new Counter({
  name: 'metermesh_bill_run_agreements_failed_total',
  help: 'Agreements that a fault of the program kept a bill run from billing, in this process, by code.',
  labelNames: ['code'],
});
const sliceSeconds = new Histogram({
  name: 'metermesh_bill_run_slice_seconds',
  help: 'Time that this process took for a slice of the agreements of a bill run.',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});

/** Counts what came of a slice of a bill run; its bills and holds are counted as all others. */
export function countSlice({ unchanged, failures }: SliceOutcome, seconds: number): void {
  agreementsUnchanged.inc(unchanged);
  for (const { code } of failures) agreementsFailed.inc({ code });
  sliceSeconds.observe(seconds);
}
