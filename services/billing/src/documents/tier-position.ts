import { isRefusal } from '@metermesh/decider';
import { decimalString, exact, sum, type Exact } from '../domain/rating/exact.ts';
import { dayCount, periodOf } from '../domain/rating/period.ts';
import { ofSeason, planOf, type BillPlan, type SeasonPart } from '../domain/rating/plan.ts';
import { tierWidths } from '../domain/rating/tiers.ts';
import { valueOn, type ChargeOf } from '../domain/tariff/tariff.ts';
import type { ShownLine, ShownSegment } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import { linesOf, tierOf, type BillNames } from './bill-names.ts';
import { unitSymbol, type Formats } from './formats.ts';
import type { Words } from './words.ts';

/** How far the usage of a period, or of the part of it in one season, reaches in the tiers of a charge. */
export interface TierPosition {
  readonly title: string;
  readonly summary: string;
  readonly tiers: readonly Tier[];
}

export interface Tier {
  readonly name: string;
  readonly range: string;
  readonly rate: string;
  readonly used: string;
  /** For drawing: what of it was used, and how wide it is; the last one has no end and is as wide as is drawn well. */
  readonly usedShare: number;
  readonly width: number;
  readonly isReached: boolean;
}

type TieredCharge = ChargeOf<'progressive'> | ChargeOf<'time-of-use'>;

/** The lines of a tiered charge in one part of a segment. */
interface Part {
  readonly plan: BillPlan;
  readonly charge: TieredCharge;
  readonly season: SeasonPart;
  readonly lines: readonly ShownLine[];
  readonly unit: string;
  /** Upper limits, prorated; the last tier has none. */
  readonly upTo: readonly Exact[];
}

/** The last tier is drawn as this share of all the others, or as wide as its usage. */
const LAST_TIER_SHARE = 0.3;

/** One a charge and season of the bill, where the charge has tiers of the usage; empty where none has. */
export function tierPositions(
  facts: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): TierPosition[] {
  const parts = facts.bill.segments.flatMap((segment) => partsOf(facts, segment));
  return parts.map((part) => {
    const { plan, charge, season, unit, upTo } = part;
    const used = usedByTier(part.lines);
    const total = sum(used);
    const reached = Math.max(1, used.length);
    const end = upTo[reached - 1];
    const quantity = (value: Exact) => `${formats.rounded(decimalString(value), 2)} ${unit}`;
    const days = dayCount(season.range);
    const sentences = [
      words.tierReached(reached, quantity(total)),
      end && words.tierLeft(quantity(end.minus(total)), reached + 1),
      days !== plan.monthDays && charge.tiersPer !== 'day' && words.prorated(days, plan.monthDays),
    ];
    const name = names.charge(charge.code);
    const { days: dates } = plan.period;
    const of = formats.period(dates[season.range.first]!, dates[season.range.last] ?? plan.period.end);
    return {
      title: parts.length === 1 ? name : `${name} · ${names.season(season.season)} · ${of}`,
      summary: sentences.filter(Boolean).join(' '),
      tiers: upTo
        .concat(exact(0))
        .map((_, tier) => tierAt(part, tier, used[tier] ?? exact(0), words, formats)),
    };
  });
}

function partsOf(facts: BillFacts, segment: ShownSegment): Part[] {
  const { bill, tariffs } = facts;
  const tariff = tariffs.get(segment.tariffId);
  const period = periodOf(segment.start, segment.end);
  const whole = periodOf(bill.periodStart, bill.periodEnd);
  if (!tariff || isRefusal(period) || isRefusal(whole)) return [];
  const plan = planOf(tariff, period, whole);
  if (isRefusal(plan)) return [];
  return tariff.charges.filter(hasTiersOfUsage).flatMap((charge) =>
    plan.parts.flatMap((season): Part[] => {
      const lines = linesOf(bill, segment, charge.code).filter((line) => isWithin(line, plan, season));
      const upTo = limitsOf(facts, segment, plan, charge, season);
      if (!upTo || !lines.some((line) => tierOf(line) !== undefined)) return [];
      return [{ plan, charge, season, lines, unit: unitSymbol(lines[0]!.unit ?? tariff.unit), upTo }];
    }),
  );
}

/** Tiers of each time of use by itself are many bars that say little; those of the whole usage are one. */
function hasTiersOfUsage(charge: { kind: string; tiersBy?: string | undefined }): charge is TieredCharge {
  return charge.kind === 'progressive' || (charge.kind === 'time-of-use' && charge.tiersBy === 'total');
}

/** Lines of the whole period name no dates: then there is but one part. */
function isWithin({ from }: ShownLine, { period }: BillPlan, { range }: SeasonPart): boolean {
  const first = period.days[range.first]!;
  return from === null || (from >= first && from <= period.days[range.last - 1]!);
}

/** From tier 1 to the last one reached. Where rates change within a part, each of its lines carries all of the tier, for its days. */
function usedByTier(lines: readonly ShownLine[]): Exact[] {
  const used: Exact[] = [];
  for (const line of lines) {
    const tier = tierOf(line);
    const quantity = exact(line.quantity ?? 0)
      .times(line.days ?? 1)
      .div(line.ofDays ?? 1);
    if (tier !== undefined && !quantity.isZero())
      used[tier - 1] = (used[tier - 1] ?? exact(0)).plus(quantity);
  }
  return Array.from(used, (quantity) => quantity ?? exact(0));
}

/** Undefined where they depend on what the bill does not tell. */
function limitsOf(
  { bill }: BillFacts,
  { attributes }: ShownSegment,
  plan: BillPlan,
  charge: TieredCharge,
  part: SeasonPart,
): Exact[] | undefined {
  const stated = charge.tiers && valueOn(charge.tiers, plan.period.days[part.range.first]!)?.[part.season];
  const households = charge.tiersTimes === undefined ? '1' : attributes[charge.tiersTimes];
  const kw =
    charge.tiersPerKwOf === undefined
      ? '1'
      : bill.determinants.find(({ code, of }) => code === 'billed-demand' && of === charge.tiersPerKwOf)
          ?.quantity;
  if (!stated || households === undefined || kw === undefined) return undefined;
  let end = exact(0);
  return tierWidths({ plan }, part, stated, charge, exact(households).times(kw)).map(
    (width) => (end = end.plus(width)),
  );
}

function tierAt(part: Part, tier: number, used: Exact, words: Words, formats: Formats): Tier {
  const { upTo, unit } = part;
  const from = upTo[tier - 1];
  const to = upTo[tier];
  const bounded = Number(decimalString(upTo.at(-1) ?? exact(0)));
  const inTier = Number(decimalString(used));
  const open = Math.max(inTier * 1.1, bounded * LAST_TIER_SHARE, 1);
  const width = to ? Number(decimalString(to.minus(from ?? 0))) : open;
  const written = (limit: Exact | undefined) => limit && formats.rounded(decimalString(limit), 2);
  return {
    name: words.tier(tier + 1),
    range: words.tierRange(written(from), written(to), unit),
    rate: rateOf(part, tier, formats),
    used: `${formats.rounded(decimalString(used), 2)} ${unit}`,
    usedShare: width > 0 ? Math.min(1, inTier / width) : 0,
    width,
    isReached: inTier > 0,
  };
}

/** As billed; of a tier that was not reached, as it would have been. Several times of use have no one rate. */
function rateOf({ charge, lines, plan, season }: Part, tier: number, formats: Formats): string {
  if (charge.kind !== 'progressive') return '';
  const billed = lines.findLast((line) => tierOf(line) === tier + 1)?.rate;
  const stated = valueOn(charge.rate, plan.period.days[season.range.last - 1]!);
  const rate = billed ?? (stated && ofSeason<readonly string[]>(stated, season.season)[tier]);
  return rate ? formats.money(rate) : '';
}
