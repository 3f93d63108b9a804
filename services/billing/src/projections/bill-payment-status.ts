import { exact } from '../domain/rating/exact.ts';

export type BillPaymentStatus = 'OPEN' | 'PARTLY_PAID' | 'PAID' | 'OVERDUE' | 'WRITTEN_OFF' | 'CANCELLED';

/** How far a bill is paid, on the local day `today`. Amounts are exact decimals. */
export function billPaymentStatus(
  bill: { open: string; settled: string; writtenOff: string; isCancelled: boolean; dueOn: string },
  today: string,
): BillPaymentStatus {
  if (bill.isCancelled) return 'CANCELLED';
  if (!exact(bill.open).greaterThan(0)) return exact(bill.writtenOff).isZero() ? 'PAID' : 'WRITTEN_OFF';
  if (bill.dueOn < today) return 'OVERDUE';
  return exact(bill.settled).isZero() ? 'OPEN' : 'PARTLY_PAID';
}
