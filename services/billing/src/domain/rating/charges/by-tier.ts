import { isRefusal, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import { daysOf, type Item } from '../bill-line.ts';
import type { Exact } from '../exact.ts';
import { dayCount } from '../period.ts';
import { ofSeason, type SeasonPart } from '../plan.ts';
import { unitOf } from '../quantities.ts';
import type { RatingContext } from '../rating-context.ts';
import { splitIntoTiers, tierRange } from '../tiers.ts';
import { duration } from './fixed.ts';

/** Where prices change within a part, every day carries its share of each tier: usage is not split by the change. */
export function progressiveItems(
  context: RatingContext,
  charge: ChargeOf<'progressive'>,
  part: SeasonPart,
  quantity: Exact,
): Item[] | Refusal {
  const { plan } = context;
  const days = dayCount(part.range);
  const items: Item[] = [];
  for (const tiers of plan.inForce(charge.tiers, part.range)) {
    const limits = tiers.value[part.season] ?? [];
    const shares = splitIntoTiers(context, part, quantity, limits, charge);
    if (isRefusal(shares)) return shares;
    for (const { value, range } of plan.inForce(charge.rate, tiers.range)) {
      const rates = ofSeason<string[]>(value, part.season);
      shares.forEach((inTier, tier) =>
        items.push({
          code: `${charge.code}-tier-${tier + 1}`,
          description: `${charge.name.en}, tier ${tier + 1} (${stated(context, charge, limits, tier)})`,
          quantity: inTier,
          rate: plan.exact(rates[tier]!),
          ...daysOf(range, days),
          tier: tier + 1,
          season: part.season,
        }),
      );
    }
  }
  return items;
}

/** Of the tier that the usage reaches. */
export function fixedByTierItems(
  context: RatingContext,
  charge: ChargeOf<'fixed-by-tier'>,
  part: SeasonPart,
): Item[] | Refusal {
  const { plan, quantities } = context;
  const tiered = plan.tariff.charges.find(
    (other): other is ChargeOf<'progressive'> =>
      other.kind === 'progressive' && other.code === charge.tiersOf,
  )!;
  const byPart = quantities.byPart(tiered.quantity ?? 'import');
  if (isRefusal(byPart)) return byPart;
  const quantity = byPart[plan.parts.indexOf(part)]!;
  const items: Item[] = [];
  for (const tiers of plan.inForce(tiered.tiers, part.range)) {
    const shares = splitIntoTiers(context, part, quantity, tiers.value[part.season] ?? [], tiered);
    if (isRefusal(shares)) return shares;
    for (const { value: rates, range } of plan.inForce(charge.rate, tiers.range))
      items.push({
        code: charge.code,
        description: `${charge.name.en}, tier ${shares.length}`,
        ...duration(context, 'month', range),
        rate: plan.exact(rates[shares.length - 1]!),
        tier: shares.length,
        season: part.season,
      });
  }
  return items;
}

/** The price of every unit, by days where it changes. */
export function flatItems(
  { plan }: RatingContext,
  charge: ChargeOf<'flat'>,
  { range, season }: SeasonPart,
  quantity: Exact,
): Item[] {
  const days = dayCount(range);
  return plan.inForce(charge.rate, range).map((run) => ({
    code: charge.code,
    description: charge.name.en,
    quantity,
    rate: plan.exact(ofSeason<string>(run.value, season)),
    ...daysOf(run.range, days),
    season,
  }));
}

function stated(
  context: RatingContext,
  charge: ChargeOf<'progressive'>,
  limits: readonly string[],
  tier: number,
): string {
  const range = tierRange(limits, tier, unitOf(context.plan, charge.quantity ?? 'import'));
  const times = charge.tiersTimes ? `, times ${charge.tiersTimes}` : '';
  const perKw = charge.tiersPerKwOf ? ' for each kW' : '';
  return `${range}${perKw} a ${charge.tiersPer ?? 'month'}${times}`;
}
