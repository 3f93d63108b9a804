import { streamName, type StreamName } from '@metermesh/event-store';

export const PREPAYMENT_CATEGORY = 'prepayment';
const DATE_LENGTH = 'YYYY-MM-DD'.length;

/** One stream a prepaid agreement and billing period. */
export const prepaymentStream = (agreementId: string, periodStart: string): StreamName =>
  streamName(PREPAYMENT_CATEGORY, `${agreementId}-${periodStart}`);

/** What the stream is of, or that of a billing cycle, which is named alike. */
export const prepaymentOf = ({ id }: StreamName): { agreementId: string; periodStart: string } => ({
  agreementId: id.slice(0, -DATE_LENGTH - 1),
  periodStart: id.slice(-DATE_LENGTH),
});

/** One stream a reference, for all time, be the money a payment or a top-up: it is credited once. */
export const topUpStream = (reference: string): StreamName => streamName('payment', reference);
