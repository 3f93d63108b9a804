import { isRefusal, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import { nothing, settle, type Item, type RatedCharge } from '../bill-line.ts';
import { round } from '../exact.ts';
import { amountOf, type RatingContext } from '../rating-context.ts';
import { fixedItems } from './fixed.ts';

const MONTHS_A_YEAR = 12;

/**
 * What the charges `of` lack to the least that is charged for the period; the least of a year only in bills of whole years,
 * since no month tells what the others come to. Refusals: those of `attributeNumber`.
 */
export function rateMinimum(context: RatingContext, charge: ChargeOf<'minimum'>): RatedCharge | Refusal {
  const { plan } = context;
  if (charge.per === 'year' && plan.months % MONTHS_A_YEAR !== 0) return nothing(plan);
  const least = leastOf(context, charge);
  if (isRefusal(least)) return least;
  const lacking = least.amount.minus(amountOf(charge.of, context));
  if (!lacking.greaterThan(0)) return nothing(plan);
  const isProrated = least.lines.some(({ ofDays }) => ofDays);
  const item: Item = {
    code: charge.code,
    description: `${charge.name.en} (at least ${least.amount.toFixed()})`,
    quantity: plan.exact('1'),
    rate: isProrated ? round(lacking, plan.tariff.proration.amount) : lacking,
    range: plan.whole,
  };
  const rated = settle(plan, charge, [[item]]);
  return plan.parts.length === 1
    ? rated
    : {
        ...rated,
        byPart: plan.parts.map((_, part) => (part + 1 < plan.parts.length ? plan.exact('0') : rated.amount)),
      };
}

function leastOf(context: RatingContext, charge: ChargeOf<'minimum'>): RatedCharge | Refusal {
  const parts: Item[][] = [];
  for (const part of context.plan.parts) {
    const items = fixedItems(context, { ...charge, kind: 'fixed' }, part);
    if (isRefusal(items)) return items;
    parts.push(items);
  }
  const { rounding: _, ...unrounded } = charge;
  return settle(context.plan, unrounded, parts);
}
