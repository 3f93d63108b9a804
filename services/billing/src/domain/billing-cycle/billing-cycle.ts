import type {
  BillCancelled,
  BillDisputed,
  BillDisputeResolved,
  BillIssued,
  BillingCycleDropped,
  BillingCycleHeld,
  BillingCycleOpened,
  BillingCycleReleased,
  BillingDeterminant,
  BillingDeterminantsFixed,
  HoldReason,
  RebillDismissed,
  RebillHeld,
  RebillLapsed,
  RebillProposed,
} from '@metermesh/contracts';

export type BillingCycleEvent =
  | BillingCycleOpened
  | BillingCycleHeld
  | BillingCycleReleased
  | BillingCycleDropped
  | BillingDeterminantsFixed
  | BillIssued
  | BillCancelled
  | RebillProposed
  | RebillDismissed
  | RebillLapsed
  | RebillHeld
  | BillDisputed
  | BillDisputeResolved;

/** A bill of the cycle, whether or not it still counts. */
export interface CycleBill {
  readonly issued: BillIssued;
  readonly determinants: readonly BillingDeterminant[];
  readonly cancelled?: BillCancelled;
  /** In order; all but the last are resolved. */
  readonly disputes: readonly Dispute[];
}

export interface Dispute {
  readonly disputed: BillDisputed;
  readonly resolved?: BillDisputeResolved;
}

export type ProposalStatus = 'OPEN' | 'ISSUED' | 'DISMISSED' | 'LAPSED' | 'REPLACED';

export interface Proposal {
  readonly proposed: RebillProposed;
  readonly status: ProposalStatus;
  /** Why and by whom it was issued or dismissed. */
  readonly decided?: { readonly reason: string; readonly by: string };
}

/** One billing period of one agreement, from its opening to its last bill. */
export interface BillingCycle {
  readonly opened?: BillingCycleOpened;
  /** Why it, or its rebill, is held; empty where it is not. */
  readonly heldFor: readonly HoldReason[];
  /** Reasons that somebody has taken responsibility for. */
  readonly accepted: readonly HoldReason[];
  readonly isDropped: boolean;
  /** What the bill that is issued next rests on. */
  readonly determinants: readonly BillingDeterminant[];
  /** By revision. */
  readonly bills: readonly CycleBill[];
  /** In order; only the last can be open. */
  readonly proposals: readonly Proposal[];
}

export const unopenedCycle: BillingCycle = {
  heldFor: [],
  accepted: [],
  isDropped: false,
  determinants: [],
  bills: [],
  proposals: [],
};

export function evolveBillingCycle(state: BillingCycle, event: BillingCycleEvent): BillingCycle {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillingCycleOpened':
      return { ...state, opened: event, isDropped: false };
    case 'metermesh.billing.v1.BillingCycleHeld':
      return { ...state, heldFor: event.reasons };
    case 'metermesh.billing.v1.BillingCycleReleased':
      return { ...state, heldFor: [], accepted: [...state.accepted, ...event.accepted] };
    case 'metermesh.billing.v1.BillingCycleDropped':
      return { ...state, heldFor: [], isDropped: true };
    case 'metermesh.billing.v1.BillingDeterminantsFixed':
      return { ...state, heldFor: [], determinants: event.determinants };
    case 'metermesh.billing.v1.BillIssued':
      return {
        ...state,
        bills: [...state.bills, { issued: event, determinants: state.determinants, disputes: [] }],
      };
    case 'metermesh.billing.v1.BillCancelled':
      return {
        ...withBill(state, event.billId, (bill) => ({ ...bill, cancelled: event })),
        proposals: endOpen(state, 'ISSUED', { reason: event.reason, by: event.cancelledBy }),
      };
    case 'metermesh.billing.v1.RebillProposed':
      return {
        ...state,
        heldFor: [],
        proposals: [...endOpen(state, 'REPLACED'), { proposed: event, status: 'OPEN' }],
      };
    case 'metermesh.billing.v1.RebillDismissed':
      return {
        ...state,
        proposals: endOpen(state, 'DISMISSED', { reason: event.reason, by: event.dismissedBy }),
      };
    case 'metermesh.billing.v1.RebillLapsed':
      return { ...state, proposals: endOpen(state, 'LAPSED') };
    case 'metermesh.billing.v1.RebillHeld':
      return { ...state, heldFor: event.reasons };
    case 'metermesh.billing.v1.BillDisputed':
      return withBill(state, event.billId, (bill) => ({
        ...bill,
        disputes: [...bill.disputes, { disputed: event }],
      }));
    case 'metermesh.billing.v1.BillDisputeResolved':
      return withBill(state, event.billId, (bill) => ({
        ...bill,
        disputes: [...bill.disputes.slice(0, -1), { ...bill.disputes.at(-1)!, resolved: event }],
      }));
  }
}

function withBill(state: BillingCycle, id: string, change: (bill: CycleBill) => CycleBill): BillingCycle {
  return { ...state, bills: state.bills.map((bill) => (bill.issued.billId === id ? change(bill) : bill)) };
}

function endOpen(
  { proposals }: BillingCycle,
  status: ProposalStatus,
  decided?: Proposal['decided'],
): readonly Proposal[] {
  return proposals.map((each) =>
    each.status === 'OPEN' ? { ...each, status, ...(decided && { decided }) } : each,
  );
}

/** The bill that counts, if any does. */
export function currentBill({ bills }: BillingCycle): CycleBill | undefined {
  const latest = bills.at(-1);
  return latest?.cancelled ? undefined : latest;
}

export function openProposal({ proposals }: BillingCycle): RebillProposed | undefined {
  const latest = proposals.at(-1);
  return latest?.status === 'OPEN' ? latest.proposed : undefined;
}

export type BillingCycleStatus = 'OPEN' | 'HELD' | 'BILLED' | 'CANCELLED';

/** `CANCELLED`: nothing is left to bill, and whatever bill there was no longer counts. */
export function statusOf(state: BillingCycle): BillingCycleStatus {
  if (currentBill(state)) return 'BILLED';
  if (state.heldFor.length > 0) return 'HELD';
  return state.isDropped || state.bills.length > 0 ? 'CANCELLED' : 'OPEN';
}

/** The same for the same agreement and period, whoever closes the cycle and how often; `…-R2` replaces the first. */
export const billIdOf = (agreementId: string, periodStart: string, revision = 1): string =>
  `BILL-${agreementId}-${periodStart}${revision > 1 ? `-R${revision}` : ''}`;
