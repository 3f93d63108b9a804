import { isRefusal, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import type { Item } from '../bill-line.ts';
import { exact, type Exact } from '../exact.ts';
import type { DayRange } from '../period.ts';
import type { BillPlan, SeasonPart } from '../plan.ts';
import { unitOf } from '../quantities.ts';
import type { RatingContext } from '../rating-context.ts';
import { splitIntoTiers, tierRange } from '../tiers.ts';

type TimeOfUse = ChargeOf<'time-of-use'>;
type Used = ReadonlyMap<DayRange, ReadonlyMap<string, Exact>>;

/** Days of one part on which neither prices nor tiers change. */
interface Stretch {
  readonly range: DayRange;
  readonly rates: Readonly<Record<string, string | readonly string[]>>;
  readonly tiers?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The items of each part: what was used in each period of the calendar while a price was in force. Usage is measured by
 * date and hour, not shared by days. Refusals: those of `Usage.byTimeOfUse` and of `splitIntoTiers`, `HOLIDAYS_UNKNOWN`.
 */
export function timeOfUseItems(context: RatingContext, charge: TimeOfUse): Item[][] | Refusal {
  const { plan, quantities } = context;
  const stretches = plan.parts.map((part) => stretchesOf(plan, charge, part));
  const ranges = stretches.flat().map(({ range }) => range);
  const used = quantities.inTimeOfUse(charge.quantity ?? 'import', charge.calendar, ranges);
  if (isRefusal(used)) return used;
  const byPart: Item[][] = [];
  for (const [index, part] of plan.parts.entries()) {
    const items = itemsOfPart(context, charge, part, stretches[index]!, used);
    if (isRefusal(items)) return items;
    byPart.push(items);
  }
  return byPart;
}

function stretchesOf(plan: BillPlan, { tiers, rate }: TimeOfUse, { range }: SeasonPart): Stretch[] {
  const priced = (within: DayRange) => plan.inForce(rate, within);
  if (!tiers) return priced(range).map((run) => ({ range: run.range, rates: run.value }));
  return plan
    .inForce(tiers, range)
    .flatMap((tier) =>
      priced(tier.range).map((run) => ({ range: run.range, rates: run.value, tiers: tier.value })),
    );
}

function itemsOfPart(
  context: RatingContext,
  charge: TimeOfUse,
  part: SeasonPart,
  stretches: readonly Stretch[],
  used: Used,
): Item[] | Refusal {
  const items: Item[] = [];
  const bases = charge.tiers ? tierBases(charge, stretches, used) : undefined;
  for (const stretch of stretches)
    for (const [period, quantity] of used.get(stretch.range)!) {
      const item = itemOf(context.plan, charge, stretch, period, quantity, part.season);
      const basis = bases?.get(charge.tiersBy === 'total' ? TOTAL : period);
      const tiered = basis ? tieredItems(context, charge, part, stretch, item, basis) : [item];
      if (isRefusal(tiered)) return tiered;
      items.push(...tiered);
    }
  return items;
}

function itemOf(
  plan: BillPlan,
  charge: TimeOfUse,
  { range, rates }: Stretch,
  timeOfUse: string,
  quantity: Exact,
  season: string,
): Item & { timeOfUse: string } {
  const calendar = plan.tariff.calendars!.find(({ code }) => code === charge.calendar)!;
  const name = calendar.periods.find(({ code }) => code === timeOfUse)!.name.en;
  const rate = rates[timeOfUse]!;
  return {
    code: `${charge.code}-${timeOfUse}`,
    description: `${charge.name.en}, ${name}`,
    quantity,
    rate: plan.exact(typeof rate === 'string' ? rate : rate[0]!),
    range,
    timeOfUse,
    season,
  };
}

const TOTAL = '';

/** What the tiers of a part are filled with: the usage of each period or, under `TOTAL`, of all. */
function tierBases(charge: TimeOfUse, stretches: readonly Stretch[], used: Used): Map<string, Exact> {
  const bases = new Map<string, Exact>();
  for (const { range } of stretches)
    for (const [period, quantity] of used.get(range)!) {
      const key = charge.tiersBy === 'total' ? TOTAL : period;
      bases.set(key, (bases.get(key) ?? exact(0)).plus(quantity));
    }
  return bases;
}

/** Where a period or a price has only a part of what fills the tiers, it carries that share of each. */
function tieredItems(
  context: RatingContext,
  charge: TimeOfUse,
  part: SeasonPart,
  { tiers, rates }: Stretch,
  item: Item & { timeOfUse: string },
  basis: Exact,
): Item[] | Refusal {
  const limits = tiers?.[charge.tiersBy === 'total' ? part.season : item.timeOfUse] ?? [];
  const shares = splitIntoTiers(context, part, basis, limits, charge);
  if (isRefusal(shares)) return shares;
  if (limits.length === 0) return [item];
  const { plan } = context;
  const rate = rates[item.timeOfUse]!;
  const unit = unitOf(plan, charge.quantity ?? 'import');
  return shares.map((inTier, tier) => ({
    ...item,
    code: `${item.code}-tier-${tier + 1}`,
    description: `${item.description}, tier ${tier + 1} (${tierRange(limits, tier, unit)} a ${charge.tiersPer ?? 'month'})`,
    rate: plan.exact(typeof rate === 'string' ? rate : rate[tier]!),
    tier: tier + 1,
    ...(item.quantity.equals(basis)
      ? { quantity: inTier }
      : { share: { of: inTier, whole: basis, by: 'usage' as const } }),
  }));
}
