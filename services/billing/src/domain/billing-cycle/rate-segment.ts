import type { Refusal } from '@metermesh/decider';
import { ProfileUsage } from '../rating/profile-usage.ts';
import { rate, type RatedBill } from '../rating/rate-bill.ts';
import { meteredChannels, type BillingBasis } from './billing-basis.ts';
import type { RatingInput } from '../rating/rating-input.ts';
import { gasSupply } from './gas-supply.ts';
import type { TariffedSegment } from './rate-period.ts';
import type { Segment } from './segments.ts';

/** Rates the part of a billing period over which tariff and terms are the same. Refusals: those of rating. */
export function rateSegment(basis: BillingBasis, segment: TariffedSegment): RatedBill | Refusal {
  return rate(segment.tariff, segmentInput(basis, segment));
}

/** What that part is rated on, by whatever tariff. */
export function segmentInput(basis: BillingBasis, { terms, period }: Segment): RatingInput {
  const { type, days } = meteredChannels(basis);
  const usage = new ProfileUsage(period, {
    days,
    timeZone: basis.usagePoint!.timeZone,
    unitsPerQuantity: type.displayUnit.size,
  });
  const gas = gasSupply(terms, basis.gasDays);
  return {
    period,
    partOf: basis.period,
    usage,
    discounts: terms.discounts,
    attributes: terms.attributes,
    ...(terms.contractKw !== undefined && { contractKw: terms.contractKw }),
    ...(gas && { gas }),
  };
}
