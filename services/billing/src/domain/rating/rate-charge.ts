import { isRefusal, type Refusal } from '@metermesh/decider';
import { nothing, settle, type Item, type RatedCharge } from './bill-line.ts';
import { fixedByTierItems, flatItems, progressiveItems } from './charges/by-tier.ts';
import { billedDemand, demandItems } from './charges/demand.ts';
import { rateDiscounts, type Discount } from './charges/discount.ts';
import { fixedByAttributeItems, fixedItems } from './charges/fixed.ts';
import { rateMinimum } from './charges/minimum.ts';
import { ratePercentage } from './charges/percentage.ts';
import { powerFactorItems } from './charges/power-factor.ts';
import { timeOfUseItems } from './charges/time-of-use.ts';
import type { SeasonPart } from './plan.ts';
import type { RatingContext } from './rating-context.ts';
import type { Charge, ChargeOf } from '../tariff/charge.ts';

/** Rates the charge after those before it, and notes what it comes to. Refusals: those of each kind. */
export function rateCharge(context: RatingContext, charge: Charge): RatedCharge | Refusal {
  const known = context.rated.get(charge.code);
  if (known) return known;
  if (charge.kind === 'discount') return rateWithGroup(context, charge);
  const rated = rateKind(context, charge);
  if (!isRefusal(rated)) context.rated.set(charge.code, rated);
  return rated;
}

function rateKind(context: RatingContext, charge: Exclude<Charge, Discount>): RatedCharge | Refusal {
  switch (charge.kind) {
    case 'fixed':
      return byPart(context, charge, (part) => fixedItems(context, charge, part));
    case 'fixed-by-attribute':
      return byPart(context, charge, (part) => fixedByAttributeItems(context, charge, part));
    case 'fixed-by-tier':
      return byPart(context, charge, (part) => fixedByTierItems(context, charge, part));
    case 'flat':
    case 'progressive':
      return rateQuantity(context, charge);
    case 'demand':
      return rateDemand(context, charge);
    case 'time-of-use':
      return settled(context, charge, timeOfUseItems(context, charge));
    case 'power-factor':
      return settled(context, charge, powerFactorItems(context, charge));
    case 'minimum':
      return rateMinimum(context, charge);
    case 'percentage':
      return ratePercentage(context, charge);
  }
}

function rateQuantity(
  context: RatingContext,
  charge: ChargeOf<'flat'> | ChargeOf<'progressive'>,
): RatedCharge | Refusal {
  const quantities = context.quantities.byPart(charge.quantity ?? 'import');
  if (isRefusal(quantities)) return quantities;
  return byPart(context, charge, (part, index) =>
    charge.kind === 'flat'
      ? flatItems(context, charge, part, quantities[index]!)
      : progressiveItems(context, charge, part, quantities[index]!),
  );
}

function rateDemand(context: RatingContext, charge: ChargeOf<'demand'>): RatedCharge | Refusal {
  const billed = billedDemand(context, charge);
  if (isRefusal(billed)) return billed;
  context.billedDemands.set(charge.code, billed);
  if (billed.isZero() && charge.periods) return nothing(context.plan);
  return byPart(context, charge, (part) => demandItems(context, charge, part, billed));
}

/** The discounts of a group stand one after another: what they are taken off is known when the first is rated. */
function rateWithGroup(context: RatingContext, discount: Discount): RatedCharge | Refusal {
  const group = context.plan.tariff.charges.filter(
    (other): other is Discount =>
      other === discount ||
      (other.kind === 'discount' && other.group !== undefined && other.group === discount.group),
  );
  const rated = rateDiscounts(context, group);
  if (isRefusal(rated)) return rated;
  for (const [code, one] of rated) context.rated.set(code, one);
  return rated.get(discount.code)!;
}

function byPart(
  context: RatingContext,
  charge: Charge,
  itemsOf: (part: SeasonPart, index: number) => Item[] | Refusal,
): RatedCharge | Refusal {
  const parts: Item[][] = [];
  for (const [index, part] of context.plan.parts.entries()) {
    const items = itemsOf(part, index);
    if (isRefusal(items)) return items;
    parts.push(items);
  }
  return settle(context.plan, charge, parts);
}

function settled(
  context: RatingContext,
  charge: Charge,
  parts: readonly Item[][] | Refusal,
): RatedCharge | Refusal {
  return isRefusal(parts) ? parts : settle(context.plan, charge, parts);
}
