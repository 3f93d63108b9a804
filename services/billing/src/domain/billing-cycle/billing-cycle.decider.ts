import type { Decider } from '@metermesh/decider';
import {
  evolveBillingCycle,
  unopenedCycle,
  type BillingCycle,
  type BillingCycleEvent,
} from './billing-cycle.ts';
import { close, release, type CloseBillingCycle, type ReleaseHold } from './close-cycle.ts';
import { dispute, resolveDispute, type DisputeBill, type ResolveDispute } from './dispute.ts';
import {
  checkForRebill,
  dismissRebill,
  issueRebill,
  type CheckForRebill,
  type DismissRebill,
  type IssueRebill,
} from './rebill.ts';

export type BillingCycleCommand =
  | CloseBillingCycle
  | ReleaseHold
  | CheckForRebill
  | IssueRebill
  | DismissRebill
  | DisputeBill
  | ResolveDispute;

/** One billing period of one agreement. The refusals of each command stand beside it. */
export const billingCycleDecider: Decider<BillingCycleCommand, BillingCycle, BillingCycleEvent> = {
  initialState: unopenedCycle,
  evolve: evolveBillingCycle,
  decide(command, state) {
    switch (command.type) {
      case 'close':
        return close(command, state);
      case 'release':
        return release(command, state);
      case 'check-for-rebill':
        return checkForRebill(command, state);
      case 'issue-rebill':
        return issueRebill(command, state);
      case 'dismiss-rebill':
        return dismissRebill(command, state);
      case 'dispute':
        return dispute(command, state);
      case 'resolve-dispute':
        return resolveDispute(command, state);
    }
  },
};
