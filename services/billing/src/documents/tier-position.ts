import { decimalString, exact, round, sum, type Exact } from '../domain/rating/exact.ts';
import { daysInMonthFrom } from '../domain/rating/period.ts';
import { seasonOn } from '../domain/tariff/season.ts';
import { valueOn, type ChargeOf, type Tariff } from '../domain/tariff/tariff.ts';
import type { ShownLine, ShownSegment } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import { chargeOf, tierOf, type BillNames } from './bill-names.ts';
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
  /** For drawing: what of it was used, and how wide it is; the last one has no end and is drawn as wide as its usage asks. */
  readonly usedShare: number;
  readonly width: number;
  readonly isReached: boolean;
}

type TieredCharge = ChargeOf<'progressive'> | ChargeOf<'time-of-use'>;

interface Part {
  readonly tariff: Tariff;
  readonly charge: TieredCharge;
  readonly segment: ShownSegment;
  readonly season: string;
  readonly lines: readonly ShownLine[];
}

const DAY_MILLISECONDS = 86_400_000;
/** The last tier has no end: it is drawn as this share of all the others, or as wide as its usage. */
const LAST_TIER_SHARE = 0.3;

/** One a charge and season of the bill, where the charge has tiers of the usage; empty where none has. */
export function tierPositions(
  facts: BillFacts,
  names: BillNames,
  words: Words,
  formats: Formats,
): TierPosition[] {
  const parts = tieredParts(facts);
  return parts.flatMap((part) => {
    const used = usedByTier(part.lines);
    const limits = limitsOf(facts, part);
    if (!limits) return [];
    const unit = unitSymbol(part.lines[0]?.unit ?? part.tariff.unit);
    const tiers = tiersOf(part, used, limits, unit, words, formats);
    const total = sum(used.values());
    const reached = Math.max(
      1,
      ...[...used].filter(([, quantity]) => quantity.greaterThan(0)).map(([tier]) => tier),
    );
    const end = limits.upTo[reached - 1];
    const quantity = (value: Exact) => `${formats.rounded(decimalString(value), 2)} ${unit}`;
    const sentences = [
      words.tierReached(reached, quantity(total)),
      end && words.tierLeft(quantity(end.minus(total)), reached + 1),
      limits.days !== limits.ofDays && words.prorated(limits.days, limits.ofDays),
    ];
    const isOnly = parts.length === 1;
    return [
      {
        title: isOnly
          ? names.charge(part.charge.code)
          : `${names.charge(part.charge.code)} · ${names.season(part.season)}`,
        summary: sentences.filter(Boolean).join(' '),
        tiers,
      },
    ];
  });
}

function tieredParts(facts: BillFacts): Part[] {
  const parts = new Map<string, Part & { lines: ShownLine[] }>();
  for (const line of facts.bill.lines) {
    const of = tierOf(line) !== undefined && chargeOf(facts, line);
    if (!of || !hasTiersOfUsage(of.charge)) continue;
    const { tariff, charge, segment } = of;
    const season = line.season || seasonOn(tariff.seasons, line.from ?? facts.bill.periodStart) || '';
    const key = `${charge.code} ${segment.start} ${season}`;
    const part = parts.get(key) ?? { tariff, charge, segment, season, lines: [] };
    part.lines.push(line);
    parts.set(key, part);
  }
  return [...parts.values()];
}

/** Tiers of each time of use by itself are many bars that say little; those of the whole usage are one. */
function hasTiersOfUsage(charge: { kind: string; tiersBy?: string }): charge is TieredCharge {
  return charge.kind === 'progressive' || (charge.kind === 'time-of-use' && charge.tiersBy === 'total');
}

/** Where rates change within a part, each of its lines carries all of the tier, for its days. */
function usedByTier(lines: readonly ShownLine[]): Map<number, Exact> {
  const used = new Map<number, Exact>();
  for (const line of lines) {
    const tier = tierOf(line)!;
    const quantity = exact(line.quantity ?? 0)
      .times(line.days ?? 1)
      .div(line.ofDays ?? 1);
    used.set(tier, (used.get(tier) ?? exact(0)).plus(quantity));
  }
  return used;
}

interface TierLimits {
  /** Upper limits of the part, prorated; the last tier has none. */
  readonly upTo: readonly Exact[];
  readonly days: number;
  readonly ofDays: number;
}

/** Undefined where they depend on what the bill does not tell. */
function limitsOf({ bill }: BillFacts, { tariff, charge, segment, season }: Part): TierLimits | undefined {
  const stated = charge.tiers && valueOn(charge.tiers, segment.start)?.[season];
  const times = charge.tiersTimes === undefined ? '1' : segment.attributes[charge.tiersTimes];
  if (!stated || times === undefined || charge.tiersPerKwOf !== undefined) return undefined;
  const days = datesOf(segment.start, segment.end).filter(
    (date) => seasonOn(tariff.seasons, date) === season,
  ).length;
  const isDaily = charge.tiersPer === 'day';
  const ofDays = isDaily ? days : monthDays(tariff, bill.periodStart, bill.periodEnd);
  const scale = exact(times)
    .times(days)
    .div(isDaily ? 1 : ofDays);
  const upTo: Exact[] = [];
  let before = exact(0);
  for (const limit of stated.map(exact)) {
    const width = round(
      limit.minus(before).times(scale),
      days === ofDays ? undefined : tariff.proration.quantity,
    );
    upTo.push((upTo.at(-1) ?? exact(0)).plus(width));
    before = limit;
  }
  return { upTo, days, ofDays };
}

function tiersOf(
  part: Part,
  used: ReadonlyMap<number, Exact>,
  { upTo }: TierLimits,
  unit: string,
  words: Words,
  formats: Formats,
): Tier[] {
  const last = upTo.length;
  const bounded = upTo.at(-1) ?? exact(0);
  return Array.from({ length: last + 1 }, (_, index): Tier => {
    const usedHere = used.get(index + 1) ?? exact(0);
    const from = upTo[index - 1];
    const to = upTo[index];
    const open = Math.max(usedHere.toNumber() * 1.1, bounded.toNumber() * LAST_TIER_SHARE, 1);
    const width = to ? to.minus(from ?? 0).toNumber() : open;
    return {
      name: words.tier(index + 1),
      range: words.tierRange(
        from && formats.number(decimalString(from)),
        to && formats.number(decimalString(to)),
        unit,
      ),
      rate: rateOf(part, index, formats),
      used: `${formats.rounded(decimalString(usedHere), 2)} ${unit}`,
      usedShare: width > 0 ? Math.min(1, usedHere.toNumber() / width) : 0,
      width,
      isReached: usedHere.greaterThan(0),
    };
  });
}

function rateOf({ charge, lines, segment, season }: Part, tier: number, formats: Formats): string {
  const billed = lines.findLast((line) => tierOf(line) === tier + 1)?.rate;
  const rates = charge.kind === 'progressive' ? valueOn(charge.rate, segment.start) : undefined;
  const rate =
    billed ??
    (Array.isArray(rates) ? rates : (rates as Record<string, string[]> | undefined)?.[season])?.[tier];
  return rate ? formats.money(rate) : '';
}

/** The days of the month that limits are stated for. */
function monthDays({ billingMonth }: Tariff, start: string, end: string): number {
  const days = datesOf(start, end).length;
  return days >= billingMonth.shortestDays && days <= billingMonth.longestDays
    ? days
    : daysInMonthFrom(start);
}

function datesOf(start: string, end: string): string[] {
  const first = Date.parse(start);
  const count = (Date.parse(end) - first) / DAY_MILLISECONDS;
  return Array.from({ length: count }, (_, day) =>
    new Date(first + day * DAY_MILLISECONDS).toISOString().slice(0, 10),
  );
}
