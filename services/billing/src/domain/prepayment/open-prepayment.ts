import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { PrepaymentOpenedSchema, type PrepaymentOpened } from '@metermesh/contracts';
import type { Agreement } from '../billing-cycle/agreement.ts';
import type { Period } from '../rating/period.ts';
import type { Prepayment } from './prepayment.ts';

/** The beginning of a period, with balance, rate of use and all that was said of them so far. */
export function openedWith(
  { id: agreementId, customerId, usagePointId }: Agreement,
  {
    period,
    timeZone,
    currency,
  }: { readonly period: Period; readonly timeZone: string; readonly currency: string },
  before?: Prepayment,
): PrepaymentOpened {
  const disconnectableFrom = before?.exhausted?.disconnectableFrom;
  return create(PrepaymentOpenedSchema, {
    agreementId,
    customerId,
    usagePointId,
    period: { start: period.start, end: period.end },
    timeZone,
    currency,
    balance: before?.balance ?? '0',
    recentCharges: [...(before?.recentCharges ?? [])],
    low: before?.isLow ?? false,
    exhausted: before?.exhausted !== undefined,
    ...(disconnectableFrom !== undefined && { disconnectableFrom: timestampFromMs(disconnectableFrom) }),
    disconnectionRequestId: before?.disconnectionRequestId ?? '',
  });
}
