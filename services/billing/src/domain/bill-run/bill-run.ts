import type {
  BillRunCompleted,
  BillRunPaused,
  BillRunResumed,
  BillRunStarted,
  BillRunTotals,
} from '@metermesh/contracts';

export type BillRunEvent = BillRunStarted | BillRunPaused | BillRunResumed | BillRunCompleted;

export type BillRunStatus = 'RUNNING' | 'PAUSED' | 'COMPLETED';

/** A run over all agreements that closes whatever billing cycles are due. */
export interface BillRun {
  readonly started?: BillRunStarted;
  readonly status?: BillRunStatus;
  readonly totals?: BillRunTotals;
}

export const unstartedRun: BillRun = {};

export function evolveBillRun(state: BillRun, event: BillRunEvent): BillRun {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillRunStarted':
      return { started: event, status: 'RUNNING' };
    case 'metermesh.billing.v1.BillRunPaused':
      return { ...state, status: 'PAUSED' };
    case 'metermesh.billing.v1.BillRunResumed':
      return { ...state, status: 'RUNNING' };
    case 'metermesh.billing.v1.BillRunCompleted':
      return { ...state, status: 'COMPLETED', ...(event.totals && { totals: event.totals }) };
  }
}
