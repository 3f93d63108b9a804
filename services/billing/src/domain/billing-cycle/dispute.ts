import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { BillDisputedSchema, BillDisputeResolvedSchema, type DisputeOutcome } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import type { BillingCycle, BillingCycleEvent, CycleBill } from './billing-cycle.ts';

/** Somebody says that a bill is wrong. */
export interface DisputeBill {
  readonly type: 'dispute';
  readonly billId: string;
  readonly reason: string;
  /** Present time, milliseconds. */
  readonly now: number;
  readonly disputedBy: string;
}

export interface ResolveDispute {
  readonly type: 'resolve-dispute';
  readonly billId: string;
  readonly outcome: DisputeOutcome;
  readonly note: string;
  readonly now: number;
  readonly resolvedBy: string;
}

type Decision = readonly BillingCycleEvent[] | Refusal;

/** Refusals: `BILL_NOT_FOUND`, `REASON_MISSING`, `BILL_CANCELLED`, `BILL_ALREADY_DISPUTED`. */
export function dispute(command: DisputeBill, state: BillingCycle): Decision {
  const { billId, now, disputedBy } = command;
  const reason = command.reason.trim();
  const bill = billOf(state, billId);
  if (!bill) return unknownBill(billId);
  if (!reason) return refuse('REASON_MISSING', `Say what is wrong with bill ${billId}.`);
  if (bill.cancelled) {
    const { replacedBy } = bill.cancelled;
    return refuse(
      'BILL_CANCELLED',
      `Bill ${billId} no longer counts${replacedBy ? `; dispute ${replacedBy}, which replaces it` : ''}.`,
    );
  }
  const open = openDispute(bill);
  if (open?.reason === reason && open.disputedBy === disputedBy) return [];
  if (open)
    return refuse('BILL_ALREADY_DISPUTED', `Bill ${billId} is disputed already; it is still to be decided.`);
  return [
    create(BillDisputedSchema, {
      ...partiesOf(bill),
      reason,
      disputedAt: timestampFromMs(now),
      disputedBy,
    }),
  ];
}

/** Of a bill that was cancelled meanwhile too: the customer waits for an answer. Refusals: `BILL_NOT_FOUND`, `BILL_NOT_DISPUTED`. */
export function resolveDispute(command: ResolveDispute, state: BillingCycle): Decision {
  const { billId, outcome, note, now, resolvedBy } = command;
  const bill = billOf(state, billId);
  if (!bill) return unknownBill(billId);
  if (!openDispute(bill))
    return refuse('BILL_NOT_DISPUTED', `Nobody disputes bill ${billId}, or it is decided already.`);
  return [
    create(BillDisputeResolvedSchema, {
      ...partiesOf(bill),
      outcome,
      note,
      resolvedAt: timestampFromMs(now),
      resolvedBy,
    }),
  ];
}

function openDispute({ disputes }: CycleBill) {
  const latest = disputes.at(-1);
  return latest && !latest.resolved ? latest.disputed : undefined;
}

const billOf = ({ bills }: BillingCycle, id: string) => bills.find(({ issued }) => issued.billId === id);

const unknownBill = (id: string) => refuse('BILL_NOT_FOUND', `There is no bill ${JSON.stringify(id)}.`);

function partiesOf({ issued }: CycleBill) {
  const { billId, agreementId, customerId, period } = issued;
  return { billId, agreementId, customerId, period: period! };
}
