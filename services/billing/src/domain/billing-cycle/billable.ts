import type { HoldReason } from '@metermesh/contracts';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { exact } from '../rating/exact.ts';
import { billedChannels, type BillingBasis } from './billing-basis.ts';
import type { BillingPolicy } from './billing-policy.ts';
import { isAmong, readingFaults, reason } from './hold-reasons.ts';
import { ratePeriod, tariffedSegments, type RatedPeriod } from './rate-period.ts';

/** Codes of reasons that somebody may take responsibility for; readings that are not there nobody can make up. */
export const RELEASABLE: readonly string[] = ['READINGS_SUSPECT', 'READINGS_ESTIMATED', 'NEGATIVE_TOTAL'];

/**
 * What a period would be billed, or the reasons why it cannot be: those of its readings, the code of whatever rating
 * refuses, and `NEGATIVE_TOTAL`.
 *
 * @param accepted reasons that count no more, since somebody has taken responsibility for exactly these
 */
export function billable(
  basis: BillingBasis,
  policy: BillingPolicy,
  accepted: readonly HoldReason[] = [],
): RatedPeriod | HoldReason[] {
  const segments = tariffedSegments(basis);
  if (isRefusal(segments)) return [asReason(segments)];
  const { timeZone } = basis.usagePoint!;
  const faults = billedChannels(basis, segments).flatMap(({ type, days }, index) => {
    const of = index > 0 ? `${type.code}: ` : '';
    return readingFaults(basis.period, timeZone, days, policy).map(({ code, message, days: about }) =>
      reason(code, of + message, about),
    );
  });
  const standing = faults.filter((fault) => !isAmong(accepted, fault));
  if (standing.length > 0) return standing;

  const rated = ratePeriod(basis);
  if (isRefusal(rated)) return [asReason(rated)];
  const negative = policy.holdNegativeTotals && exact(rated.total).isNegative() && !segments.every(isCredit);
  if (!negative) return rated;
  const fault = reason(
    'NEGATIVE_TOTAL',
    `The bill would come to ${rated.total} ${rated.currency}, and its tariff does not say that this is a credit.`,
  );
  return isAmong(accepted, fault) ? rated : [fault];
}

const isCredit = ({ tariff }: { tariff: { negativeTotal?: 'credit' | 'zero' | undefined } }): boolean =>
  tariff.negativeTotal === 'credit';

const asReason = ({ code, message }: Refusal): HoldReason => reason(code, message);
