import type { Refusal } from '@metermesh/decider';
import { rate, type RatedBill } from '../rating/rate-bill.ts';
import type { BillingBasis } from './billing-basis.ts';
import { demandHistory } from './demand-history.ts';
import type { TariffedSegment } from './rate-period.ts';
import { segmentInput } from './segment-input.ts';

/** Rates the part of a billing period over which tariff and terms are the same. Refusals: those of rating. */
export function rateSegment(basis: BillingBasis, segment: TariffedSegment): RatedBill | Refusal {
  const history = demandHistory(basis, segment.tariff, segment.terms);
  return rate(segment.tariff, {
    ...segmentInput(basis, segment),
    ...(history && { demandHistory: history }),
  });
}
