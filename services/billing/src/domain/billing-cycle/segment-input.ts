import { ProfileUsage } from '../rating/profile-usage.ts';
import type { RatingInput } from '../rating/rating-input.ts';
import { meteredChannels, type BillingBasis } from './billing-basis.ts';
import { gasSupply } from './gas-supply.ts';
import type { Segment } from './segments.ts';

/** What a part of a billing period is rated on, by whatever tariff. */
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
