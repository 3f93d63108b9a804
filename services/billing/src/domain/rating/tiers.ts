import { isRefusal, type Refusal } from '@metermesh/decider';
import { attributeNumber } from './attributes.ts';
import { exact, round, type Exact } from './exact.ts';
import { dayCount } from './period.ts';
import type { SeasonPart } from './plan.ts';
import type { RatingContext } from './rating-context.ts';

/** How the limits of tiers are stated: a month's or a day's, and what they are multiplied by. */
export interface TierScale {
  readonly tiersPer?: 'month' | 'day' | undefined;
  readonly tiersTimes?: string | undefined;
  readonly tiersPerKwOf?: string | undefined;
}

/**
 * A quantity in each tier it reaches; at least the first tier. `limits` are upper limits, those of a month prorated by the
 * days of the part. Refusals: those of `attributeNumber`.
 */
export function splitIntoTiers(
  context: RatingContext,
  part: SeasonPart,
  quantity: Exact,
  limits: readonly string[],
  scale: TierScale,
): Exact[] | Refusal {
  const shares: Exact[] = [];
  let left = quantity;
  const times = scaleOf(context, scale);
  if (isRefusal(times)) return times;
  for (const width of tierWidths(context, part, limits, scale, times)) {
    const inTier = left.lessThan(width) ? left : width;
    shares.push(inTier);
    left = left.minus(inTier);
    if (left.isZero()) return shares;
  }
  return [...shares, left];
}

function scaleOf(context: RatingContext, { tiersTimes, tiersPerKwOf }: TierScale): Exact | Refusal {
  const attribute = tiersTimes ? attributeNumber(context, tiersTimes) : exact(1);
  if (isRefusal(attribute)) return attribute;
  return tiersPerKwOf ? attribute.times(context.billedDemands.get(tiersPerKwOf) ?? 0) : attribute;
}

/** How much each tier but the last takes in the part. @param times what the limits are multiplied by */
export function tierWidths(
  { plan }: Pick<RatingContext, 'plan'>,
  { range }: Pick<SeasonPart, 'range'>,
  limits: readonly string[],
  { tiersPer }: TierScale,
  times: Exact,
): Exact[] {
  const days = dayCount(range);
  return limits.map((limit, tier) => {
    const width = exact(limit)
      .minus(limits[tier - 1] ?? 0)
      .times(times);
    if (tiersPer === 'day') return width.times(days);
    const wide = width.times(plan.months);
    return days === plan.monthDays
      ? wide
      : round(wide.times(days).div(plan.monthDays), plan.tariff.proration.quantity);
  });
}

/** Such as "above 200 up to 400 kWh a month". */
export function tierRange(limits: readonly string[], tier: number, unit: string): string {
  const from = limits[tier - 1];
  const to = limits[tier];
  if (to === undefined) return from === undefined ? `all ${unit}` : `above ${from} ${unit}`;
  return from === undefined ? `up to ${to} ${unit}` : `above ${from} up to ${to} ${unit}`;
}
