import type {
  BillIssued,
  BillingCycleHeld,
  BillingCycleOpened,
  BillingDeterminant,
  BillingDeterminantsFixed,
  HoldReason,
} from '@metermesh/contracts';

export type BillingCycleEvent = BillingCycleOpened | BillingDeterminantsFixed | BillingCycleHeld | BillIssued;

/** One billing period of one agreement, from its opening to its bill. */
export interface BillingCycle {
  readonly opened?: BillingCycleOpened;
  /** Why it is held; empty where it is not. */
  readonly heldFor: readonly HoldReason[];
  readonly determinants: readonly BillingDeterminant[];
  readonly bill?: BillIssued;
}

export const unopenedCycle: BillingCycle = { heldFor: [], determinants: [] };

export function evolveBillingCycle(state: BillingCycle, event: BillingCycleEvent): BillingCycle {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillingCycleOpened':
      return { ...state, opened: event };
    case 'metermesh.billing.v1.BillingCycleHeld':
      return { ...state, heldFor: event.reasons };
    case 'metermesh.billing.v1.BillingDeterminantsFixed':
      return { ...state, heldFor: [], determinants: event.determinants };
    case 'metermesh.billing.v1.BillIssued':
      return { ...state, bill: event };
  }
}

export type BillingCycleStatus = 'OPEN' | 'HELD' | 'BILLED';

export function statusOf({ bill, heldFor }: BillingCycle): BillingCycleStatus {
  if (bill) return 'BILLED';
  return heldFor.length > 0 ? 'HELD' : 'OPEN';
}

/** The same for the same agreement and period, whoever closes the cycle and how often. */
export const billIdOf = (agreementId: string, periodStart: string): string =>
  `BILL-${agreementId}-${periodStart}`;
