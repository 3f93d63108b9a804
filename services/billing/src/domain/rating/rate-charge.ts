import { settle, type Item, type RatedCharge } from './bill-line.ts';
import { exact, round, sum, type Exact } from './exact.ts';
import { runs, type Period } from './period.ts';
import { splitIntoTiers, type SeasonPart } from './proration.ts';
import { valueOn, type Charge, type ChargeOf, type Dated, type Tariff } from '../tariff/tariff.ts';

export interface RatingContext {
  readonly tariff: Tariff;
  readonly period: Period;
  readonly usage: Exact;
  /** Days of the month that monthly limits and charges are stated for. */
  readonly monthDays: number;
  readonly parts: readonly SeasonPart[];
  /** Amounts of the charges before this one. */
  readonly amounts: ReadonlyMap<string, Exact>;
}

export function rateCharge(context: RatingContext, charge: Charge): RatedCharge {
  const { tariff, period } = context;
  if (charge.kind === 'discount') return rateDiscount(context, charge);
  const parts =
    charge.kind === 'percentage'
      ? [percentageItems(context, charge)]
      : context.parts.map((part) => partItems(tariff, charge, part));
  return settle(tariff, charge, parts, period.days.length);
}

function partItems(
  tariff: Tariff,
  charge: ChargeOf<'fixed' | 'fixed-by-tier' | 'flat' | 'progressive'>,
  part: SeasonPart,
): Item[] {
  switch (charge.kind) {
    case 'fixed':
      return inForce(charge.rate, part.days).map(({ value, days }) =>
        item(charge, exact(1), exact(value), days, part.monthDays),
      );
    case 'fixed-by-tier':
      return fixedByTierItems(tariff, charge, part);
    case 'flat':
      return inForce(charge.rate, part.days).map(({ value, days }) =>
        item(charge, part.quantity, exact(value), days, part.days.length),
      );
    case 'progressive':
      return progressiveItems(tariff, charge, part);
  }
}

/** Where prices change within a part, every day carries its share of each tier: usage is not split by the change. */
function progressiveItems(tariff: Tariff, charge: ChargeOf<'progressive'>, part: SeasonPart): Item[] {
  return inForce(charge.tiers, part.days).flatMap((tiers) => {
    const limits = tiers.value[part.season] ?? [];
    const shares = splitIntoTiers(tariff, part, limits);
    return inForce(charge.rate, tiers.days).flatMap(({ value: rates, days }) =>
      shares.map((quantity, tier) => ({
        ...item(charge, quantity, exact(rates[tier] ?? 0), days, part.days.length),
        code: `${charge.code}-tier-${tier + 1}`,
        description: `${charge.name.en}, tier ${tier + 1} (${tierRange(limits, tier, tariff.unit)} a month)`,
      })),
    );
  });
}

function fixedByTierItems(tariff: Tariff, charge: ChargeOf<'fixed-by-tier'>, part: SeasonPart): Item[] {
  const tiered = tariff.charges.find(
    (other): other is ChargeOf<'progressive'> =>
      other.kind === 'progressive' && other.code === charge.tiersOf,
  );
  return inForce(tiered?.tiers ?? [], part.days).flatMap((tiers) => {
    const reached = splitIntoTiers(tariff, part, tiers.value[part.season] ?? []).length;
    return inForce(charge.rate, tiers.days).map(({ value: rates, days }) => ({
      ...item(charge, exact(1), exact(rates[reached - 1] ?? 0), days, part.monthDays),
      description: `${charge.name.en}, tier ${reached}`,
    }));
  });
}

function percentageItems({ period, amounts }: RatingContext, charge: ChargeOf<'percentage'>): Item[] {
  const base = sumOf(charge.of, amounts);
  return inForce(charge.rate, period.days).map(({ value, days }) =>
    item(charge, base, exact(value), days, period.days.length),
  );
}

/** The limit and the usage up to which it is given are monthly: both are prorated by days. */
function rateDiscount(context: RatingContext, charge: ChargeOf<'discount'>): RatedCharge {
  const { tariff, period, usage, monthDays, amounts } = context;
  const upTo = exact(charge.upTo).times(period.days.length).div(monthDays);
  const limits = inForce(charge.limit, period.days);
  const limit = sum(limits.map(({ value, days }) => exact(value).times(days.length))).div(monthDays);
  const isProrated = limits.length > 1 || period.days.length !== monthDays;
  const room = sumOf(charge.of, amounts).minus(charge.leaveAtLeast);
  const smaller = room.lessThan(limit) ? room : limit;
  const discount = round(smaller, charge.rounding ?? (isProrated ? tariff.proration.amount : undefined));
  if (usage.greaterThan(upTo) || !discount.greaterThan(0)) return { amount: exact(0), lines: [] };
  const given = item(charge, exact(1), discount.negated(), period.days, period.days.length);
  return settle(tariff, charge, [[given]], period.days.length);
}

function sumOf(codes: readonly string[], amounts: ReadonlyMap<string, Exact>): Exact {
  return sum(codes.map((code) => amounts.get(code) ?? exact(0)));
}

/** The values in force on the days, each with its days. The bill's period begins no earlier than the tariff. */
function inForce<T>(values: Dated<T>, days: readonly string[]): { value: T; days: readonly string[] }[] {
  return runs(days, (day) => valueOn(values, day)).flatMap(({ value, days: on }) =>
    value === undefined ? [] : [{ value, days: on }],
  );
}

function item(charge: Charge, quantity: Exact, rate: Exact, days: readonly string[], ofDays: number): Item {
  return { code: charge.code, description: charge.name.en, quantity, rate, days, ofDays };
}

function tierRange(limits: readonly string[], tier: number, unit: string): string {
  const from = limits[tier - 1];
  const to = limits[tier];
  if (to === undefined) return from === undefined ? `all ${unit}` : `above ${from} ${unit}`;
  return from === undefined ? `up to ${to} ${unit}` : `above ${from} up to ${to} ${unit}`;
}
