import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { BillingCycleHeldSchema, BillingCycleReleasedSchema } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import { localDay, localDayOf } from '@metermesh/metering';
import { billable, RELEASABLE } from './billable.ts';
import type { BillingBasis } from './billing-basis.ts';
import { currentBill, type BillingCycle, type BillingCycleEvent } from './billing-cycle.ts';
import type { BillingPolicy } from './billing-policy.ts';
import { isHeld, sameReasons } from './hold-reasons.ts';
import { issuing, opening } from './issue-bill.ts';

/** Bills a period that is over, or holds it with the reasons that prevent it. */
export interface CloseBillingCycle {
  readonly type: 'close';
  readonly basis: BillingBasis;
  readonly policy: BillingPolicy;
  /** Present time, milliseconds. */
  readonly now: number;
  /** Who closes it: the subject of the token. */
  readonly closedBy: string;
}

/** Takes responsibility for billing in spite of the reasons that hold a cycle, or its rebill, as they are now. */
export interface ReleaseHold {
  readonly type: 'release';
  readonly agreementId: string;
  readonly periodStart: string;
  readonly reason: string;
  readonly now: number;
  readonly releasedBy: string;
}

/** Where the day ends last on earth: there a period is over when it is over everywhere. */
const LAST_TIME_ZONE = 'Etc/GMT+12';

/** Refusal: `BILLING_PERIOD_NOT_OVER`. Closing a cycle that is billed changes nothing. */
export function close(
  command: CloseBillingCycle,
  state: BillingCycle,
): readonly BillingCycleEvent[] | Refusal {
  const { basis, policy, now, closedBy } = command;
  if (currentBill(state)) return [];
  const early = notOver(command);
  if (early) return early;
  const rated = billable(basis, policy, state.accepted);
  if (!isHeld(rated)) {
    return [
      ...opening(basis, state),
      ...issuing(basis, rated, { revision: state.bills.length + 1, policy, now, issuedBy: closedBy }),
    ];
  }
  const { start, end } = basis.period;
  const held = create(BillingCycleHeldSchema, {
    agreementId: basis.agreement.id,
    period: { start, end },
    reasons: rated,
  });
  return [...opening(basis, state), ...(sameReasons(rated, state.heldFor) ? [] : [held])];
}

function notOver({ basis, now }: CloseBillingCycle): Refusal | undefined {
  const { agreement, period, usagePoint } = basis;
  const timeZone = usagePoint?.timeZone ?? LAST_TIME_ZONE;
  if (localDayOf(now, timeZone).date >= period.end) return undefined;
  const over = localDay(period.end, timeZone).start;
  return refuse(
    'BILLING_PERIOD_NOT_OVER',
    `The period of agreement ${agreement.id} from ${period.start} ends with ${period.days.at(-1)} in ${timeZone}; close it from ` +
      `${new Date(over).toISOString()} on, or ask for a preview.`,
  );
}

/**
 * Refusals: `BILLING_CYCLE_NOT_HELD`, `HOLD_NOT_RELEASABLE` (something is missing, or cannot be rated), `REASON_MISSING`. The
 * cycle is billed when it is closed next.
 */
export function release(command: ReleaseHold, state: BillingCycle): readonly BillingCycleEvent[] | Refusal {
  const { agreementId, periodStart, now, releasedBy } = command;
  const reason = command.reason.trim();
  if (!reason) return refuse('REASON_MISSING', 'Say why the cycle may be billed in spite of what holds it.');
  if (state.heldFor.length === 0) {
    return refuse(
      'BILLING_CYCLE_NOT_HELD',
      `Nothing holds the billing cycle of agreement ${agreementId} from ${periodStart}; there is nothing to release.`,
    );
  }
  const standing = state.heldFor.filter(({ code }) => !RELEASABLE.includes(code));
  if (standing.length > 0) {
    return refuse(
      'HOLD_NOT_RELEASABLE',
      `Nobody can release ${standing.map(({ code }) => code).join(', ')}: ${standing.map(({ message }) => message).join(' ')}`,
    );
  }
  const { period } = state.opened!;
  return [
    create(BillingCycleReleasedSchema, {
      agreementId,
      period: { start: period!.start, end: period!.end },
      accepted: [...state.heldFor],
      reason,
      releasedAt: timestampFromMs(now),
      releasedBy,
    }),
  ];
}
