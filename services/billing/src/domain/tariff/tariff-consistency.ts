import { runs } from '../rating/period.ts';
import { holds } from './season.ts';
import type { ChargeOf, Tariff } from './tariff.ts';

export interface Inconsistency {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong between the rules of a tariff whose every rule is well formed by itself. */
export function inconsistencies(tariff: Tariff): Inconsistency[] {
  return [...billingMonth(tariff), ...seasons(tariff), ...charges(tariff)];
}

function* billingMonth({ billingMonth: { shortestDays, longestDays } }: Tariff): Generator<Inconsistency> {
  if (shortestDays > longestDays)
    yield {
      path: ['billingMonth'],
      message: `shortestDays ${shortestDays} is above longestDays ${longestDays}`,
    };
}

function* seasons(tariff: Tariff): Generator<Inconsistency> {
  const howMany = (day: string) => tariff.seasons.filter((season) => holds(season, day)).length;
  const days = leapYear();
  for (const { value, range } of runs({ first: 0, last: days.length }, (day) => howMany(days[day]!))) {
    const first = days[range.first]!.slice('YYYY-'.length);
    if (value === 0) yield { path: ['seasons'], message: `no season holds the days from ${first} on` };
    if (value > 1) yield { path: ['seasons'], message: `${value} seasons hold ${first}` };
  }
}

function* charges(tariff: Tariff): Generator<Inconsistency> {
  const before = new Set<string>();
  for (const [index, charge] of tariff.charges.entries()) {
    const path = ['charges', index];
    if (before.has(charge.code)) yield { path: [...path, 'code'], message: `"${charge.code}" is used twice` };
    if (charge.kind === 'progressive') yield* tiers(tariff, charge, path);
    if (charge.kind === 'fixed-by-tier') yield* tierReference(tariff, charge, path);
    if (charge.kind === 'percentage' || charge.kind === 'discount')
      for (const [position, code] of charge.of.entries())
        if (!before.has(code))
          yield { path: [...path, 'of', position], message: `"${code}" is no charge that comes before it` };
    before.add(charge.code);
  }
}

function* tiers(
  tariff: Tariff,
  charge: ChargeOf<'progressive'>,
  path: readonly (string | number)[],
): Generator<Inconsistency> {
  const known = new Set(tariff.seasons.map((season) => season.code));
  for (const [entry, { value: bySeason }] of charge.tiers.entries()) {
    const here = [...path, 'tiers', entry, 'value'];
    for (const season of known)
      if (!bySeason[season]) yield { path: here, message: `no tiers for the season "${season}"` };
    for (const [season, limits] of Object.entries(bySeason)) {
      if (!known.has(season)) yield { path: [...here, season], message: `no season is called "${season}"` };
      const unordered = limits.findIndex(
        (limit, tier) => tier > 0 && Number(limit) <= Number(limits[tier - 1]),
      );
      if (unordered > 0)
        yield {
          path: [...here, season, unordered],
          message: `${limits[unordered]} is not above the tier before`,
        };
    }
  }
  yield* rateOfEachTier(charge, charge.rate, path);
}

function* tierReference(
  tariff: Tariff,
  charge: ChargeOf<'fixed-by-tier'>,
  path: readonly (string | number)[],
): Generator<Inconsistency> {
  const tiered = tariff.charges.find((other) => other.code === charge.tiersOf);
  if (tiered?.kind === 'progressive') yield* rateOfEachTier(tiered, charge.rate, path);
  else yield { path: [...path, 'tiersOf'], message: `"${charge.tiersOf}" is no progressive charge` };
}

function* rateOfEachTier(
  { tiers }: ChargeOf<'progressive'>,
  rate: ChargeOf<'progressive'>['rate'],
  path: readonly (string | number)[],
): Generator<Inconsistency> {
  const most =
    1 + Math.max(...tiers.flatMap(({ value }) => Object.values(value).map((limits) => limits.length)));
  for (const [entry, { value }] of rate.entries())
    for (const [season, rates] of Array.isArray(value)
      ? [[undefined, value] as const]
      : Object.entries(value))
      if (rates.length < most)
        yield {
          path: [...path, 'rate', entry, 'value', ...(season === undefined ? [] : [season])],
          message: `${rates.length} rates for ${most} tiers`,
        };
}

function leapYear(): string[] {
  const first = Date.UTC(2024, 0, 1);
  return Array.from({ length: 366 }, (_, day) =>
    new Date(first + day * 86_400_000).toISOString().slice(0, 10),
  );
}
