import { create, equals } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillingCycleHeldSchema,
  BillingCycleOpenedSchema,
  BillingDeterminantsFixedSchema,
  BillIssuedSchema,
  HoldReasonSchema,
  type BillIssued,
  type BillingCycleOpened,
  type HoldReason,
} from '@metermesh/contracts';
import { isRefusal, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import type { BillingBasis } from './billing-basis.ts';
import {
  billIdOf,
  evolveBillingCycle,
  unopenedCycle,
  type BillingCycle,
  type BillingCycleEvent,
} from './billing-cycle.ts';
import { billingDeterminant } from './billing-determinant.ts';
import { holdReasons, type QualityLimits } from './hold-reasons.ts';
import { rateBill } from '../rating/rate-bill.ts';
import { recordedLines } from '../rating/rated-lines.ts';

/** Bills the period where its readings allow it, and holds it with reasons where they do not. */
export interface CloseBillingCycle {
  readonly type: 'close';
  readonly basis: BillingBasis;
  readonly limits: QualityLimits;
  /** Present time, milliseconds. */
  readonly now: number;
  /** Who closes it: the subject of the token. */
  readonly closedBy: string;
}

/** Refusals: `BILLING_PERIOD_NOT_OVER`, and those of rating. Closing a cycle that is billed changes nothing. */
export const billingCycleDecider: Decider<CloseBillingCycle, BillingCycle, BillingCycleEvent> = {
  initialState: unopenedCycle,
  evolve: evolveBillingCycle,
  decide: (command, state) => (state.bill ? [] : (notOver(command) ?? close(command, state))),
};

function notOver({ basis, now }: CloseBillingCycle): Refusal | undefined {
  const { agreement, period, timeZone } = basis;
  const over = localDay(period.end, timeZone).start;
  if (now >= over) return undefined;
  return refuse(
    'BILLING_PERIOD_NOT_OVER',
    `The period of agreement ${agreement.id} from ${period.start} ends with ${period.days.at(-1)} in ${timeZone}; close it from ` +
      `${new Date(over).toISOString()} on, or ask for a preview.`,
  );
}

function close(command: CloseBillingCycle, state: BillingCycle): readonly BillingCycleEvent[] | Refusal {
  const { basis, limits } = command;
  const opened = openedWith(basis);
  const opening = state.opened && equals(BillingCycleOpenedSchema, state.opened, opened) ? [] : [opened];
  const reasons = holdReasons(basis.period, basis.timeZone, basis.days, limits);
  if (reasons.length > 0)
    return [...opening, ...(sameReasons(reasons, state.heldFor) ? [] : [heldFor(basis, reasons)])];
  const billed = bill(command);
  return isRefusal(billed) ? billed : [...opening, ...billed];
}

function bill({ basis, now, closedBy }: CloseBillingCycle): readonly BillingCycleEvent[] | Refusal {
  const { agreement, tariff, period, readingType, days } = basis;
  const { start, end } = period;
  const determinant = billingDeterminant(readingType, period, days);
  const rated = rateBill(tariff, { start, end, usage: { [tariff.unit]: determinant.quantity } });
  if (isRefusal(rated)) return rated;
  const issued: BillIssued = create(BillIssuedSchema, {
    billId: billIdOf(agreement.id, period.start),
    ...identityOf(basis),
    currency: rated.currency,
    total: rated.total,
    lines: recordedLines(tariff, rated),
    issuedAt: timestampFromMs(now),
    issuedBy: closedBy,
  });
  const fixed = create(BillingDeterminantsFixedSchema, {
    agreementId: agreement.id,
    period: issued.period!,
    determinants: [determinant],
  });
  return [fixed, issued];
}

/** A held cycle is opened anew where its agreement has changed meanwhile. */
function openedWith(basis: BillingBasis): BillingCycleOpened {
  return create(BillingCycleOpenedSchema, { ...identityOf(basis), timeZone: basis.timeZone });
}

function heldFor({ agreement, period }: BillingBasis, reasons: HoldReason[]): BillingCycleEvent {
  const { start, end } = period;
  return create(BillingCycleHeldSchema, { agreementId: agreement.id, period: { start, end }, reasons });
}

function identityOf({ agreement, period: { start, end } }: BillingBasis) {
  const { id, customerId, usagePointId, tariffId } = agreement;
  return { agreementId: id, customerId, usagePointId, tariffId, period: { start, end } };
}

function sameReasons(one: readonly HoldReason[], other: readonly HoldReason[]): boolean {
  return (
    one.length === other.length &&
    one.every((reason, index) => equals(HoldReasonSchema, reason, other[index]!))
  );
}
