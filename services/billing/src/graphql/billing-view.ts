import { Temporal } from 'temporal-polyfill';
import type { BillingCycleRow } from '../adapters/billing-cycles.table.ts';
import { billIdOf, statusOf, type BillingCycle } from '../domain/billing-cycle/billing-cycle.ts';
import { billOf, type Bill } from '../projections/bill.ts';

/** A bill as the graph shows it: other subgraphs' things by their keys, instants with the offset of the usage point. */
export function billView({ agreementId, customerId, usagePointId, timeZone, issuedAt, ...bill }: Bill) {
  const issued = Temporal.Instant.fromEpochMilliseconds(issuedAt.getTime()).toZonedDateTimeISO(timeZone);
  return {
    ...bill,
    agreement: { id: agreementId },
    customer: { id: customerId },
    usagePoint: { id: usagePointId },
    issuedAt: issued.toString({ timeZoneName: 'never' }),
  };
}

/** A cycle just decided on, with its bill if it has one. */
export function decidedCycleView(state: BillingCycle) {
  const { agreementId, period } = state.opened!;
  const bill = billOf(state);
  return {
    agreement: { id: agreementId },
    periodStart: period!.start,
    periodEnd: period!.end,
    status: statusOf(state),
    holdReasons: state.heldFor,
    bill: bill && billView(bill),
  };
}

/** A listed cycle; its bill is loaded where it is asked for. */
export function billingCycleView({ agreementId, ...cycle }: BillingCycleRow) {
  const billId = cycle.status === 'BILLED' ? billIdOf(agreementId, cycle.periodStart) : undefined;
  return { ...cycle, agreement: { id: agreementId }, billId };
}
