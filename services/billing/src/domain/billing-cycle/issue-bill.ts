import { create, equals } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillingCycleOpenedSchema,
  BillingDeterminantsFixedSchema,
  BillIssuedSchema,
} from '@metermesh/contracts';
import { localDayOf } from '@metermesh/metering';
import { daysAfter } from '../rating/period.ts';
import type { BillingBasis } from './billing-basis.ts';
import { billIdOf, type BillingCycle, type BillingCycleEvent } from './billing-cycle.ts';
import type { BillingPolicy } from './billing-policy.ts';
import type { RatedPeriod } from './rate-period.ts';
import { segmentsOf } from './segments.ts';

export interface Issue {
  readonly revision: number;
  /** The bill that it replaces. */
  readonly replaces?: string;
  readonly policy: BillingPolicy;
  /** Present time, milliseconds. */
  readonly now: number;
  readonly issuedBy: string;
}

/** Fixes what a bill rests on, and issues it. */
export function issuing(
  basis: BillingBasis,
  { determinants, segments, lines, currency, total }: RatedPeriod,
  { revision, replaces = '', policy, now, issuedBy }: Issue,
): readonly BillingCycleEvent[] {
  const identity = identityOf(basis);
  const { agreementId, period } = identity;
  const timeZone = basis.usagePoint!.timeZone;
  return [
    create(BillingDeterminantsFixedSchema, { agreementId, period, determinants: [...determinants] }),
    create(BillIssuedSchema, {
      billId: billIdOf(agreementId, period.start, revision),
      ...identity,
      currency,
      total,
      lines: [...lines],
      segments: [...segments],
      issuedAt: timestampFromMs(now),
      issuedBy,
      revision,
      replaces,
      dueOn: daysAfter(localDayOf(now, timeZone).date, policy.dueDays),
      timeZone,
    }),
  ];
}

/** Opens a cycle; anew where its agreement, or what is known of its usage point, has changed meanwhile. */
export function opening(basis: BillingBasis, { opened }: BillingCycle): readonly BillingCycleEvent[] {
  const now = create(BillingCycleOpenedSchema, {
    ...identityOf(basis),
    timeZone: basis.usagePoint?.timeZone ?? '',
  });
  return opened && equals(BillingCycleOpenedSchema, opened, now) ? [] : [now];
}

export function identityOf({ agreement, period }: BillingBasis) {
  const { id, customerId, usagePointId } = agreement;
  const { tariffId } = segmentsOf(agreement, period).at(-1)!.terms;
  return {
    agreementId: id,
    customerId,
    usagePointId,
    tariffId,
    period: { start: period.start, end: period.end },
  };
}
