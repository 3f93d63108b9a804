import type { ChargeOf } from '../../tariff/charge.ts';
import { daysOf, settle, type Item, type RatedCharge } from '../bill-line.ts';
import { round, sum } from '../exact.ts';
import { dayCount } from '../period.ts';
import { amountOf, amountsByPart, type RatingContext } from '../rating-context.ts';

/** A share of what other charges come to as a whole; by days where it changes. */
export function ratePercentage(context: RatingContext, charge: ChargeOf<'percentage'>): RatedCharge {
  const { plan } = context;
  const base = amountOf(charge.of, context);
  const days = dayCount(plan.whole);
  const items: Item[] = plan.inForce(charge.rate, plan.whole).map(({ value, range }) => ({
    code: charge.code,
    description: charge.name.en,
    quantity: base,
    rate: plan.exact(value),
    ...daysOf(range, days),
  }));
  const rated = settle(plan, charge, [items]);
  return plan.parts.length === 1 ? rated : { ...rated, byPart: percentagesByPart(context, charge) };
}

function percentagesByPart(context: RatingContext, charge: ChargeOf<'percentage'>) {
  const { plan } = context;
  const bases = amountsByPart(charge.of, context);
  return plan.parts.map(({ range }, part) => {
    const shares = plan
      .inForce(charge.rate, range)
      .map((run) => bases[part]!.times(run.value).times(dayCount(run.range)));
    return round(sum(shares).div(dayCount(range)), plan.tariff.proration.amount);
  });
}
