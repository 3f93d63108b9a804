import {
  CreditSource,
  type DisconnectionRequested,
  type DisconnectionRequestWithdrawn,
  type DunningStepTaken,
  type LateFeeCharged,
  type LateFeeCorrected,
  type LateFeeWaived,
  type ReceivableCancelled,
  type ReceivableOpened,
  type ReceivablePlanned,
  type ReceivableSettled,
  type ReceivableUnplanned,
  type ReceivableWrittenOff,
  type SettlementReleased,
  type WriteOffReversed,
} from '@metermesh/contracts';
import { decimalString, exact, sum, type Exact } from '../rating/exact.ts';

export type ReceivableEvent =
  | ReceivableOpened
  | ReceivableSettled
  | SettlementReleased
  | ReceivableCancelled
  | LateFeeCharged
  | LateFeeCorrected
  | LateFeeWaived
  | ReceivableWrittenOff
  | WriteOffReversed
  | DunningStepTaken
  | DisconnectionRequested
  | DisconnectionRequestWithdrawn
  | ReceivablePlanned
  | ReceivableUnplanned;

/** What a bill says about the money that it demands. Amounts are exact decimals, dates local to the usage point. */
export interface BillFacts {
  readonly billId: string;
  readonly agreementId: string;
  readonly customerId: string;
  readonly usagePointId: string;
  readonly tariffId: string;
  readonly currency: string;
  /** Below zero where the customer has money coming. */
  readonly total: string;
  /** The last day to pay. */
  readonly dueOn: string;
}

/** What of the bill was paid, and from where. */
export interface Settlement {
  readonly source: CreditSource;
  readonly sourceId: string;
  readonly amount: Exact;
  /** From this day on it is no longer owed. */
  readonly valueOn: string;
}

export interface TakenStep {
  readonly step: string;
  readonly on: string;
}

/** What a bill demands and what has become of it. Its stream begins with the first thing that happens after the bill. */
export interface Receivable {
  readonly opened?: ReceivableOpened;
  readonly settlements: readonly Settlement[];
  /** Late fee charged so far, corrections included. */
  readonly lateFee: Exact;
  /** The last day that it was charged for; empty: none. */
  readonly lateFeeUntil: string;
  readonly waived: Exact;
  readonly writtenOff: Exact;
  readonly isCancelled: boolean;
  readonly planId?: string;
  readonly steps: readonly TakenStep[];
  /** A request for disconnection that has not been withdrawn. */
  readonly disconnection?: DisconnectionRequested;
  /** How many were made, withdrawn ones included. */
  readonly disconnectionsRequested: number;
}

const ZERO = exact(0);

export const untouchedReceivable: Receivable = {
  settlements: [],
  lateFee: ZERO,
  lateFeeUntil: '',
  waived: ZERO,
  writtenOff: ZERO,
  isCancelled: false,
  steps: [],
  disconnectionsRequested: 0,
};

export const paid = ({ settlements }: Receivable): Exact => sum(settlements.map(({ amount }) => amount));

/** What is open on the bill; below zero where there is credit on it. */
export function open(receivable: Receivable, { total }: Pick<BillFacts, 'total'>): Exact {
  const { lateFee, waived, writtenOff, isCancelled } = receivable;
  const demanded = isCancelled ? ZERO : exact(total);
  return demanded.plus(lateFee).minus(waived).minus(paid(receivable)).minus(writtenOff);
}

export function evolveReceivable(state: Receivable, event: ReceivableEvent): Receivable {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.ReceivableOpened':
      return { ...state, opened: event };
    case 'metermesh.billing.v1.ReceivableSettled':
      return { ...state, settlements: settledBy(state.settlements, event, event.amount, event.valueOn) };
    case 'metermesh.billing.v1.SettlementReleased': {
      const back = decimalString(exact(event.amount).negated());
      return { ...state, settlements: settledBy(state.settlements, event, back, '') };
    }
    case 'metermesh.billing.v1.ReceivableCancelled':
      return { ...state, isCancelled: true };
    case 'metermesh.billing.v1.LateFeeCharged':
      return { ...state, lateFee: exact(event.charged), lateFeeUntil: event.until };
    case 'metermesh.billing.v1.LateFeeCorrected':
      return { ...state, lateFee: exact(event.charged) };
    case 'metermesh.billing.v1.LateFeeWaived':
      return { ...state, waived: state.waived.plus(event.amount) };
    case 'metermesh.billing.v1.ReceivableWrittenOff':
      return { ...state, writtenOff: state.writtenOff.plus(event.amount) };
    case 'metermesh.billing.v1.WriteOffReversed':
      return { ...state, writtenOff: state.writtenOff.minus(event.amount) };
    case 'metermesh.billing.v1.DunningStepTaken':
      return { ...state, steps: [...state.steps, { step: event.step, on: event.takenOn }] };
    case 'metermesh.billing.v1.DisconnectionRequested':
      return {
        ...state,
        disconnection: event,
        disconnectionsRequested: state.disconnectionsRequested + 1,
      };
    case 'metermesh.billing.v1.DisconnectionRequestWithdrawn':
      return { ...state, disconnection: undefined };
    case 'metermesh.billing.v1.ReceivablePlanned':
      return { ...state, planId: event.planId };
    case 'metermesh.billing.v1.ReceivableUnplanned':
      return { ...state, planId: undefined };
  }
}

/** Parts of one source and day are one; those that come to nothing are gone. A release takes the latest parts first. */
function settledBy(
  settlements: readonly Settlement[],
  { source, sourceId }: Pick<Settlement, 'source' | 'sourceId'>,
  amount: string,
  valueOn: string,
): readonly Settlement[] {
  if (valueOn) return [...settlements, { source, sourceId, amount: exact(amount), valueOn }];
  let left = exact(amount).negated();
  return settlements
    .toReversed()
    .map((part) => {
      if (part.source !== source || part.sourceId !== sourceId || left.isZero()) return part;
      const taken = left.abs().lessThan(part.amount.abs()) ? left : part.amount;
      left = left.minus(taken);
      return { ...part, amount: part.amount.minus(taken) };
    })
    .filter((part) => !part.amount.isZero())
    .toReversed();
}

/** What a source has paid of the bill. */
export function paidBy(
  { settlements }: Receivable,
  { source, sourceId }: Pick<Settlement, 'source' | 'sourceId'>,
): Exact {
  const parts = settlements.filter((part) => part.source === source && part.sourceId === sourceId);
  return sum(parts.map(({ amount }) => amount));
}
