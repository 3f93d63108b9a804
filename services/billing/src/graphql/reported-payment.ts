import type { ReportedPayment } from '../domain/receivables/payment.decider.ts';
import type { RecordPaymentInput } from './generated/schema.ts';

/** What is left out is empty, so that a repeat can be told from another payment. */
export function reportedPayment({ billId, accountReference, ...input }: RecordPaymentInput): ReportedPayment {
  return { ...input, billId: billId ?? '', accountReference: accountReference ?? '' };
}
