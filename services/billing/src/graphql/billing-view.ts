import { Temporal } from 'temporal-polyfill';
import type { BillingCycleRow } from '../adapters/billing-cycles.table.ts';
import {
  currentBill,
  openProposal,
  statusOf,
  type BillingCycle,
} from '../domain/billing-cycle/billing-cycle.ts';
import {
  billsOf,
  type Bill,
  type ListedBill,
  type ShownDeterminant,
  type ShownSegment,
} from '../projections/bill.ts';
import { shownProposal, type ListedProposal, type RebillProposal } from '../projections/rebill-proposal.ts';

/**
 * A bill as the graph shows it: other subgraphs' things by their keys, instants with the offset of the usage point. What lists
 * do not hold is loaded where it is asked for.
 */
export function billView(bill: ListedBill | Bill) {
  const { agreementId, customerId, usagePointId, timeZone, issuedAt, replaces, replacedBy, ...shown } = bill;
  return {
    ...shown,
    agreement: { id: agreementId },
    customer: { id: customerId },
    usagePoint: { id: usagePointId },
    issuedAt: inZone(issuedAt, timeZone),
    replacesId: replaces,
    replacedById: replacedBy,
    ...('lines' in bill && billDetailsView(bill)),
  };
}

export type BillView = Omit<ReturnType<typeof billView>, keyof BillDetailsView> & Partial<BillDetailsView>;

/** What a bill shows besides what lists hold. */
export function billDetailsView({ lines, determinants, segments, cancelled, disputes, timeZone }: Bill) {
  return {
    lines,
    determinants: determinantViews(determinants, timeZone),
    segments: segments.map(segmentView),
    cancellation: cancelled && {
      cancelledAt: inZone(cancelled.at, timeZone),
      cancelledBy: cancelled.by,
      reason: cancelled.reason,
    },
    disputes: disputes
      .map((dispute) => ({
        ...dispute,
        disputedAt: inZone(dispute.disputedAt, timeZone),
        resolvedAt: dispute.resolvedAt && inZone(dispute.resolvedAt, timeZone),
      }))
      .reverse(),
  };
}

export type BillDetailsView = ReturnType<typeof billDetailsView>;

export function determinantViews(determinants: readonly ShownDeterminant[], timeZone: string) {
  return determinants.map((each) => ({ ...each, at: each.at && inZone(new Date(each.at), timeZone) }));
}

export function segmentView({ attributes, ...segment }: ShownSegment) {
  return { ...segment, attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })) };
}

/** A cycle just decided on, with its bills. */
export function decidedCycleView(state: BillingCycle) {
  const { agreementId, period } = state.opened!;
  const bills = billsOf(state).map(billView);
  const proposal = openProposal(state);
  return {
    agreement: { id: agreementId },
    periodStart: period!.start,
    periodEnd: period!.end,
    status: statusOf(state),
    holdReasons: state.heldFor,
    bill: currentBill(state) ? bills.at(-1) : null,
    bills: bills.toReversed(),
    rebillProposal: proposal ? proposalView(shownProposal(state.proposals.at(-1)!)) : null,
  };
}

/** A listed cycle; its bills are loaded where they are asked for. */
export function billingCycleView({ agreementId, ...cycle }: BillingCycleRow) {
  return { ...cycle, agreement: { id: agreementId } };
}

export type CycleView = ReturnType<typeof billingCycleView> & Partial<ReturnType<typeof decidedCycleView>>;

export function proposalView(proposal: ListedProposal | RebillProposal) {
  const { agreementId, customerId, usagePointId, ...shown } = proposal;
  return {
    ...shown,
    agreement: { id: agreementId },
    customer: { id: customerId },
    usagePoint: { id: usagePointId },
    ...('segments' in proposal && proposalDetailsView(proposal)),
  };
}

export type ProposalView = Omit<ReturnType<typeof proposalView>, keyof ProposalDetailsView> &
  Partial<ProposalDetailsView>;

export function proposalDetailsView(proposal: RebillProposal) {
  const { lineDifferences, changedDays, lines, determinants, segments, reason, decidedBy } = proposal;
  return {
    lineDifferences,
    changedDays,
    lines,
    determinants,
    segments: segments.map(segmentView),
    reason,
    decidedBy,
  };
}

export type ProposalDetailsView = ReturnType<typeof proposalDetailsView>;

function inZone(instant: Date, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(
    timeZone || 'UTC',
  );
  return zoned.toString({ timeZoneName: 'never' });
}
