import { create, equals } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillCancelledSchema,
  BillingCycleDroppedSchema,
  RebillDismissedSchema,
  RebillHeldSchema,
  RebillLapsedSchema,
  RebillProposedSchema,
  type HoldReason,
  type RebillProposed,
} from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import { decimalString, exact } from '../rating/exact.ts';
import { billable } from './billable.ts';
import type { BillingBasis } from './billing-basis.ts';
import {
  billIdOf,
  currentBill,
  openProposal,
  statusOf,
  type BillingCycle,
  type BillingCycleEvent,
  type CycleBill,
} from './billing-cycle.ts';
import type { BillingPolicy } from './billing-policy.ts';
import { changedDays } from './changed-days.ts';
import { isHeld, reason, sameReasons } from './hold-reasons.ts';
import { issuing, opening } from './issue-bill.ts';
import { lineDifferences } from './line-differences.ts';
import type { RatedPeriod } from './rate-period.ts';

/** What a bill would rest on now; undefined where the agreement covers no day of the period any more. */
type PresentBasis = BillingBasis | undefined;

/** Looks whether the bill is still right, and proposes another where it is not. */
export interface CheckForRebill {
  readonly type: 'check-for-rebill';
  readonly basis: PresentBasis;
  readonly policy: BillingPolicy;
  /** Present time, milliseconds. */
  readonly now: number;
  readonly checkedBy: string;
}

/** Cancels the bill and issues the proposed one in its place. */
export interface IssueRebill {
  readonly type: 'issue-rebill';
  readonly proposalId: string;
  readonly basis: PresentBasis;
  readonly policy: BillingPolicy;
  readonly reason: string;
  readonly now: number;
  readonly issuedBy: string;
}

/** Leaves the bill as it is. The same rebill is not proposed again. */
export interface DismissRebill {
  readonly type: 'dismiss-rebill';
  readonly proposalId: string;
  readonly reason: string;
  readonly now: number;
  readonly dismissedBy: string;
}

type Decision = readonly BillingCycleEvent[] | Refusal;

/** Does nothing where there is no bill, but for dropping a cycle that has nothing left to bill. */
export function checkForRebill(command: CheckForRebill, state: BillingCycle): readonly BillingCycleEvent[] {
  const { basis, now, checkedBy } = command;
  const bill = currentBill(state);
  if (!bill) return basis ? [] : dropping(state, now);
  const { agreementId, period, billId } = bill.issued;
  const open = openProposal(state);
  const lapsing = open
    ? [
        create(RebillLapsedSchema, {
          proposalId: open.proposalId,
          agreementId,
          period: period!,
          billId,
          lapsedAt: timestampFromMs(now),
        }),
      ]
    : [];

  const rated = billedNow(bill, command, state);
  const reasons = isHeld(rated) ? rated : [];
  const holding = sameReasons(reasons, state.heldFor)
    ? []
    : [create(RebillHeldSchema, { agreementId, period: period!, billId, reasons })];
  if (isHeld(rated)) return [...lapsing, ...holding];

  const proposed = proposal(bill, basis, rated, state.proposals.length + 1, now, checkedBy);
  if (isRight(proposed)) return [...lapsing, ...holding];
  const known = state.proposals.findLast((each) => saysTheSame(each.proposed, proposed));
  if (known?.status === 'OPEN') return holding;
  if (known?.status === 'DISMISSED') return [...lapsing, ...holding];
  return [...holding, proposed];
}

/**
 * Refusals: `REASON_MISSING`, `REBILL_NOT_OPEN` (issued, dismissed, lapsed, or replaced by a later one), `REBILL_OUTDATED`
 * (what it rests on has changed since; it is being looked at anew).
 */
export function issueRebill(command: IssueRebill, state: BillingCycle): Decision {
  const { proposalId, basis, policy, now, issuedBy } = command;
  const given = command.reason.trim();
  if (!given) return refuse('REASON_MISSING', 'Say why the bill is replaced; the customer will ask.');
  const open = openProposal(state);
  if (open?.proposalId !== proposalId) return notOpen(proposalId, state);
  const bill = currentBill(state)!;
  const rated = billedNow(bill, command, state);
  if (isHeld(rated) || !saysTheSame(open, proposal(bill, basis, rated, 0, now, issuedBy))) {
    return refuse(
      'REBILL_OUTDATED',
      `What ${proposalId} rests on has changed since it was proposed. Wait for the next proposal, or check for a rebill.`,
    );
  }
  const revision = state.bills.length + 1;
  const { billId, agreementId, customerId, usagePointId, period, currency, total } = bill.issued;
  const cancelled = create(BillCancelledSchema, {
    billId,
    agreementId,
    customerId,
    usagePointId,
    period: period!,
    currency,
    total,
    replacedBy: basis ? billIdOf(agreementId, period!.start, revision) : '',
    reason: given,
    cancelledAt: timestampFromMs(now),
    cancelledBy: issuedBy,
  });
  if (!basis) return [cancelled];
  return [
    cancelled,
    ...opening(basis, state),
    ...issuing(basis, rated, { revision, replaces: billId, policy, now, issuedBy }),
  ];
}

/** Refusals: `REASON_MISSING`, `REBILL_NOT_OPEN`. */
export function dismissRebill(command: DismissRebill, state: BillingCycle): Decision {
  const { proposalId, now, dismissedBy } = command;
  const given = command.reason.trim();
  if (!given) return refuse('REASON_MISSING', 'Say why the bill stays as it is.');
  const open = openProposal(state);
  if (open?.proposalId !== proposalId) return notOpen(proposalId, state);
  const { agreementId, period, billId } = currentBill(state)!.issued;
  return [
    create(RebillDismissedSchema, {
      proposalId,
      agreementId,
      period: period!,
      billId,
      reason: given,
      dismissedAt: timestampFromMs(now),
      dismissedBy,
    }),
  ];
}

function dropping(state: BillingCycle, now: number): readonly BillingCycleEvent[] {
  if (!state.opened || statusOf(state) === 'CANCELLED') return [];
  const { agreementId, period } = state.opened;
  return [
    create(BillingCycleDroppedSchema, { agreementId, period: period!, droppedAt: timestampFromMs(now) }),
  ];
}

/** What the bill would say now, or why there could be none; one of nothing where nothing is left to bill. */
function billedNow(
  { issued }: CycleBill,
  { basis, policy }: CheckForRebill | IssueRebill,
  { accepted }: BillingCycle,
): RatedPeriod | HoldReason[] {
  const { billId, currency } = issued;
  if (!basis) return { segments: [], determinants: [], lines: [], currency, total: '0' };
  const rated = billable(basis, policy, accepted);
  if (isHeld(rated) || rated.currency === currency) return rated;
  return [
    reason('CURRENCY_MISMATCH', `Bill ${billId} is in ${currency}, the tariff by now in ${rated.currency}.`),
  ];
}

function proposal(
  { issued, determinants }: CycleBill,
  basis: PresentBasis,
  rated: RatedPeriod,
  number: number,
  now: number,
  proposedBy: string,
): RebillProposed {
  const { agreementId, customerId, usagePointId, billId } = issued;
  const { start, end } = basis?.period ?? issued.period!;
  return create(RebillProposedSchema, {
    proposalId: `REBILL-${agreementId}-${start}-${number}`,
    agreementId,
    customerId,
    usagePointId,
    period: { start, end },
    billId,
    determinants: [...rated.determinants],
    segments: [...rated.segments],
    lines: [...rated.lines],
    currency: rated.currency,
    total: rated.total,
    previousTotal: issued.total,
    difference: decimalString(exact(rated.total).minus(issued.total)),
    lineDifferences: lineDifferences(issued.lines, rated.lines),
    changedDays: changedDays(determinants, rated.determinants),
    proposedAt: timestampFromMs(now),
    proposedBy,
  });
}

/** Whether the bill that there is says the same as the proposed one would, whatever it rests on. */
const isRight = ({ lineDifferences: differences, difference }: RebillProposed): boolean =>
  differences.length === 0 && difference === '0';

function saysTheSame(one: RebillProposed, other: RebillProposed): boolean {
  const { proposalId, proposedAt, proposedBy } = one;
  return equals(RebillProposedSchema, one, {
    ...other,
    proposalId,
    proposedBy,
    ...(proposedAt && { proposedAt }),
  });
}

function notOpen(proposalId: string, { proposals }: BillingCycle): Refusal {
  const known = proposals.find(({ proposed }) => proposed.proposalId === proposalId);
  const open = proposals.find(({ status }) => status === 'OPEN');
  return refuse(
    'REBILL_NOT_OPEN',
    `Rebill ${proposalId} ${known ? `is ${known.status.toLowerCase()}` : 'was never proposed'}; ` +
      (open ? `${open.proposed.proposalId} is the open one of its bill.` : 'no other is open for its bill.'),
  );
}
