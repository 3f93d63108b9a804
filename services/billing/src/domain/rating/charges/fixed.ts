import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import { attribute, attributeNumber } from '../attributes.ts';
import { daysOf, type Item } from '../bill-line.ts';
import { exact, type Exact } from '../exact.ts';
import { dayCount, type DayRange } from '../period.ts';
import { ofSeason, type SeasonPart } from '../plan.ts';
import type { RatingContext } from '../rating-context.ts';

const MONTHS_A_YEAR = 12;

/** How many months, days or years of a charge the days are, as the quantity of an item and its share of it. */
export function duration(
  { plan }: RatingContext,
  per: 'month' | 'day' | 'year' | undefined,
  range: DayRange,
): Pick<Item, 'quantity' | 'range' | 'share'> {
  if (per === 'day') return { quantity: exact(dayCount(range)), range };
  const months = exact(plan.months);
  const quantity = per === 'year' ? months.div(MONTHS_A_YEAR) : months;
  return { quantity, ...daysOf(range, plan.monthDays) };
}

/** Items of one part. Refusals: those of `attributeNumber`. */
export function fixedItems(
  context: RatingContext,
  charge: ChargeOf<'fixed'>,
  { range, season }: SeasonPart,
): Item[] | Refusal {
  const times = multiplier(context, charge.times);
  if (isRefusal(times)) return times;
  return context.plan
    .inForce(charge.rate, range)
    .map((run) =>
      timed(context, charge, run.range, season, exact(ofSeason<string>(run.value, season)), times),
    );
}

/** Refusals: those of `attributeNumber`; `ATTRIBUTE_UNKNOWN` where there is no rate for what the attribute says. */
export function fixedByAttributeItems(
  context: RatingContext,
  charge: ChargeOf<'fixed-by-attribute'>,
  { range, season }: SeasonPart,
): Item[] | Refusal {
  const value = attribute(context, charge.attribute);
  if (isRefusal(value)) return value;
  const times = multiplier(context, charge.times);
  if (isRefusal(times)) return times;
  const items: Item[] = [];
  for (const run of context.plan.inForce(charge.rate, range)) {
    const rate = run.value[value];
    if (rate === undefined)
      return refuse(
        'ATTRIBUTE_UNKNOWN',
        `${charge.code} has no rate for ${charge.attribute} "${value}"; there are: ${Object.keys(run.value).join(', ')}.`,
      );
    const description = `${charge.name.en} (${charge.attribute} ${value})`;
    items.push({ ...timed(context, charge, run.range, season, exact(rate), times), description });
  }
  return items;
}

function timed(
  context: RatingContext,
  charge: ChargeOf<'fixed' | 'fixed-by-attribute'>,
  range: DayRange,
  season: string,
  rate: Exact,
  times: Exact,
): Item {
  const lasting = duration(context, charge.per, range);
  const quantity = lasting.quantity.times(times);
  return { code: charge.code, description: charge.name.en, ...lasting, quantity, rate, season };
}

function multiplier(context: RatingContext, name: string | undefined): Exact | Refusal {
  return name === undefined ? exact(1) : attributeNumber(context, name);
}
