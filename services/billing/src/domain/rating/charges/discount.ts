import { isRefusal, type Refusal } from '@metermesh/decider';
import { valueOn, type BySeason, type Dated } from '../../tariff/dated.ts';
import { seasonOn } from '../../tariff/season.ts';
import type { ChargeOf } from '../../tariff/charge.ts';
import { amountOfItem, daysOf, settle, sumOfItems, type Item, type RatedCharge } from '../bill-line.ts';
import { exact, round, type Exact } from '../exact.ts';
import { dayCount, runs, type DayRange, type Run } from '../period.ts';
import { ofSeason, type SeasonPart } from '../plan.ts';
import { amountOf, amountsByPart, type RatingContext } from '../rating-context.ts';
import type { Entitlement } from '../rating-input.ts';

export type Discount = ChargeOf<'discount'>;

/** What of a discount is in force on a day. */
interface Terms {
  readonly share?: string | undefined;
  readonly perUnit?: string | undefined;
  readonly limit?: string | undefined;
}

/**
 * The discounts of a group, by code; a discount without a group is one by itself. Of those that hold on a day only the one
 * is given that takes off most. Refusals: those of `Quantities.total`.
 */
export function rateDiscounts(
  context: RatingContext,
  group: readonly Discount[],
): ReadonlyMap<string, RatedCharge> | Refusal {
  const { parts } = context.plan;
  const given = new Map(group.map(({ code }) => [code, parts.map((): Item[] => [])]));
  for (const [index, part] of parts.entries())
    for (const { value: terms, range } of runsOfTerms(context, group, part)) {
      let best: { readonly item: Item; readonly amount: Exact } | undefined;
      for (const [place, discount] of group.entries()) {
        const offer = terms[place] && offerOf(context, discount, terms[place], part, range);
        if (isRefusal(offer)) return offer;
        if (offer && (!best || offer.amount.lessThan(best.amount))) best = offer;
      }
      if (best) given.get(best.item.code)![index]!.push(best.item);
    }
  return new Map(
    group.map((discount) => [discount.code, settled(context, discount, given.get(discount.code)!)]),
  );
}

/**
 * Days of the part on which the terms of all discounts stay as they are: undefined where one does not hold. Alike for all
 * customers of the same rights, so remembered with the plan.
 */
function runsOfTerms(
  { plan, input }: RatingContext,
  group: readonly Discount[],
  { range, season }: SeasonPart,
): readonly Run<readonly (Terms | undefined)[]>[] {
  const rights = group.map((discount) => entitlementsTo(discount, input.discounts ?? []));
  if (rights.every((entitlements) => entitlements?.length === 0)) return [];
  return plan.remembered(`${group[0]!.code} ${range.first} ${JSON.stringify(rights)}`, () => {
    let before: { readonly key: string; readonly terms: readonly (Terms | undefined)[] } | undefined;
    return runs(range, (day) => {
      const date = plan.period.days[day]!;
      const terms = group.map((discount, place) =>
        holdsOn(rights[place], date) ? termsOn(discount, date, season) : undefined,
      );
      const key = JSON.stringify(terms);
      if (before?.key !== key) before = { key, terms };
      return before.terms;
    });
  });
}

/** The customer's rights to a discount; undefined where nobody needs one. */
function entitlementsTo(discount: Discount, entitlements: readonly Entitlement[]): Entitlement[] | undefined {
  const codes = typeof discount.for === 'string' ? [discount.for] : discount.for;
  return codes && entitlements.filter(({ code }) => codes.includes(code));
}

function holdsOn(entitlements: readonly Entitlement[] | undefined, date: string): boolean {
  return (
    entitlements?.some(({ from, to }) => (from ?? date) <= date && (to === undefined || date < to)) ?? true
  );
}

function termsOn(discount: Discount, date: string, seasonOfTariff: string): Terms {
  const season = discount.seasons ? (seasonOn(discount.seasons, date) ?? '') : seasonOfTariff;
  const value = (values: Dated<BySeason<string>> | undefined) => {
    const found = values && valueOn(values, date);
    return found === undefined ? undefined : ofSeason<string>(found, season);
  };
  return {
    share: value(discount.share),
    perUnit: value(discount.perUnit),
    limit: value(discount.limit),
  };
}

/** What the discount takes off on the days, below zero; undefined where that is nothing. */
function offerOf(
  context: RatingContext,
  discount: Discount,
  terms: Terms,
  part: SeasonPart,
  range: DayRange,
): { item: Item; amount: Exact } | Refusal | undefined {
  const fits = isSmallEnough(context, discount);
  if (isRefusal(fits)) return fits;
  const perUnit = perUnitItem(context, discount, terms, part, range);
  if (isRefusal(perUnit)) return perUnit;
  const items = [
    shareItem(context, discount, terms, part, range),
    perUnit,
    limitItem(context, discount, terms, range),
  ];
  const offers = items.flatMap((item) => (item ? [{ item, amount: amountOfItem(item) }] : []));
  const smallest = offers.reduce((one, other) => (other.amount.greaterThan(one.amount) ? other : one));
  return fits && smallest.amount.lessThan(0) ? smallest : undefined;
}

function isSmallEnough({ plan, quantities }: RatingContext, { upTo, quantity }: Discount): boolean | Refusal {
  if (upTo === undefined) return true;
  const used = quantities.total(quantity ?? 'import');
  if (isRefusal(used)) return used;
  return used
    .times(plan.monthDays)
    .lessThanOrEqualTo(plan.exact(upTo).times(plan.months).times(dayCount(plan.whole)));
}

function shareItem(
  context: RatingContext,
  discount: Discount,
  { share }: Terms,
  part: SeasonPart,
  range: DayRange,
): Item | undefined {
  if (share === undefined) return undefined;
  const base = amountsByPart(discount.of, context)[context.plan.parts.indexOf(part)]!;
  return itemOf(discount, base, share, part, daysOf(range, dayCount(part.range)));
}

function limitItem(
  { plan }: RatingContext,
  discount: Discount,
  { limit }: Terms,
  range: DayRange,
): Item | undefined {
  if (limit === undefined) return undefined;
  return itemOf(discount, exact(plan.months), limit, undefined, daysOf(range, plan.monthDays));
}

function perUnitItem(
  { plan, quantities }: RatingContext,
  discount: Discount,
  { perUnit }: Terms,
  part: SeasonPart,
  range: DayRange,
): Item | Refusal | undefined {
  if (perUnit === undefined) return undefined;
  const byPart = quantities.byPart(discount.quantity ?? 'import');
  if (isRefusal(byPart)) return byPart;
  const used = itemOf(
    discount,
    byPart[plan.parts.indexOf(part)]!,
    perUnit,
    part,
    daysOf(range, dayCount(part.range)),
  );
  if (discount.units === undefined) return used;
  const most = itemOf(
    discount,
    plan.exact(discount.units).times(plan.months),
    perUnit,
    part,
    daysOf(range, plan.monthDays),
  );
  return amountOfItem(most).greaterThan(amountOfItem(used)) ? most : used;
}

function itemOf(
  { code, name }: Discount,
  quantity: Exact,
  rate: string,
  part: SeasonPart | undefined,
  days: Pick<Item, 'range' | 'share'>,
): Item {
  const season = part && { season: part.season };
  return { code, description: name.en, quantity, rate: exact(rate).negated(), ...days, ...season };
}

/** Never more than leaves `leaveAtLeast` of the charges. What goes by parts is rounded by part; a mere limit is one sum. */
function settled(context: RatingContext, discount: Discount, parts: readonly Item[][]): RatedCharge {
  const { plan } = context;
  const room = amountOf(discount.of, context).minus(discount.leaveAtLeast ?? 0);
  const most = room.lessThan(0) ? exact(0) : room;
  const total = sumOfItems(parts.flat()).negated();
  if (total.greaterThan(most)) return upToRoom(context, discount, most);
  const isByPart = discount.share !== undefined || discount.perUnit !== undefined;
  const rated = settle(plan, discount, isByPart ? parts : [parts.flat()]);
  return isByPart ? rated : { ...rated, byPart: roundedParts(context, parts) };
}

function upToRoom(context: RatingContext, discount: Discount, room: Exact): RatedCharge {
  const { plan } = context;
  const days = dayCount(plan.whole);
  const item = itemOf(discount, exact(1), room.toFixed(), undefined, { range: plan.whole });
  const rated = settle(plan, discount, room.isZero() ? [[]] : [[item]]);
  const left = exact(discount.leaveAtLeast ?? 0);
  const byPart = amountsByPart(discount.of, context).map((amount, part) => {
    const leave = left.times(dayCount(plan.parts[part]!.range)).div(days);
    return room.isZero() ? exact(0) : round(leave.minus(amount), plan.tariff.proration.amount);
  });
  return { ...rated, byPart: byPart.length === 1 ? [rated.amount] : byPart };
}

function roundedParts({ plan }: RatingContext, parts: readonly Item[][]): Exact[] {
  return parts.map((items) => round(sumOfItems(items), plan.tariff.proration.amount));
}
