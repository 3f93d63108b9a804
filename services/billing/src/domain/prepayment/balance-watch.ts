import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BalanceExhaustedSchema,
  BalanceRestoredSchema,
  DisconnectionRequestWithdrawnSchema,
  EmergencyCreditUsedSchema,
  LowBalanceReachedSchema,
} from '@metermesh/contracts';
import { exact } from '../rating/exact.ts';
import { disconnectableFrom } from './disconnectable-hours.ts';
import type { PrepaymentPolicy } from './prepayment-policy.ts';
import { daysLeft, type Prepayment, type PrepaymentEvent } from './prepayment.ts';

/** Who asks for what the policy on prepaid credit demands. */
export const BY_POLICY = 'prepayment-policy';

/** What the rules on balances need to know besides the balance. */
export interface Circumstances {
  readonly policy: PrepaymentPolicy;
  readonly isHoliday: (date: string) => boolean;
  /** Present time, milliseconds. */
  readonly now: number;
}

/**
 * What is to be said of a balance that has just changed: each crossing once. Credit that rose above what is low is enough
 * again; a mere change of the rate of use does not say so, or customers would be told every other day.
 *
 * @param before the balance before the change
 */
export function crossings(
  before: string,
  after: Prepayment,
  circumstances: Circumstances,
): PrepaymentEvent[] {
  const { policy } = circumstances;
  const { agreementId, customerId, usagePointId, currency } = after.opened!;
  const { balance } = after;
  const said = { agreementId, customerId, usagePointId, balance, currency };
  const left = daysLeft(after, policy.recentDays);
  const low = isLow(after, policy, left);
  const events: PrepaymentEvent[] = [];

  const hasCredit = exact(balance).greaterThan(0);
  const supplyAtStake = after.exhausted !== undefined || after.usesEmergencyCredit;
  const enoughAgain = after.isLow && !low && exact(balance).greaterThan(before);
  if (supplyAtStake && hasCredit)
    events.push(...withdrawal(after, 'There is prepaid credit again.', circumstances.now));
  if ((supplyAtStake && hasCredit) || enoughAgain)
    events.push(create(BalanceRestoredSchema, { ...said, low: low || (after.isLow && !enoughAgain) }));

  if (low && !after.isLow) events.push(create(LowBalanceReachedSchema, { ...said, daysLeft: left }));
  if (hasCredit || after.exhausted) return events;
  const emergencyCredit = policy.emergencyCredit[currency] ?? '0';
  if (exact(balance).lessThanOrEqualTo(exact(emergencyCredit).negated()))
    events.push(create(BalanceExhaustedSchema, { ...said, disconnectableFrom: from(after, circumstances) }));
  else if (!after.usesEmergencyCredit)
    events.push(create(EmergencyCreditUsedSchema, { ...said, emergencyCredit }));
  return events;
}

function isLow({ balance, opened }: Prepayment, { lowBalance }: PrepaymentPolicy, left: number | undefined) {
  const threshold = lowBalance.amount[opened!.currency];
  const shortOfAmount = threshold !== undefined && exact(balance).lessThan(threshold);
  return (
    shortOfAmount || (left !== undefined && left < lowBalance.daysLeft) || exact(balance).lessThanOrEqualTo(0)
  );
}

/** Nothing where no request for disconnection stands. */
export function withdrawal(
  { opened, disconnectionRequestId: requestId }: Prepayment,
  reason: string,
  now: number,
): PrepaymentEvent[] {
  if (!requestId) return [];
  const { agreementId, customerId, usagePointId } = opened!;
  const what = { requestId, agreementId, customerId, usagePointId, reason };
  return [
    create(DisconnectionRequestWithdrawnSchema, {
      ...what,
      withdrawnAt: timestampFromMs(now),
      withdrawnBy: BY_POLICY,
    }),
  ];
}

function from({ opened }: Prepayment, { policy, isHoliday, now }: Circumstances) {
  const at = disconnectableFrom(policy, now, opened!.timeZone, isHoliday);
  return at === undefined ? undefined : timestampFromMs(at);
}
