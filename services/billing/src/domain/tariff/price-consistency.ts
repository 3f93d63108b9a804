import type { ChargeOf } from './charge.ts';
import { periodsIn } from './calendar-consistency.ts';
import type { Calendar } from './calendar.ts';
import type { BySeason, Dated } from './dated.ts';
import {
  fault,
  members,
  rising,
  unknownMembers,
  versions,
  type Inconsistency,
  type Path,
} from './inconsistency.ts';
import type { Tariff } from './tariff.ts';

export type Seasons = ReadonlySet<string>;

/** Where there is a value for each season, there is one for all that are known and for no other. */
export function* bySeasonFaults<T extends string | readonly unknown[]>(
  values: Dated<BySeason<T>>,
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  for (const { value, path: here } of versions(values, path))
    if (typeof value === 'object' && !Array.isArray(value))
      yield* members(value as Record<string, unknown>, seasons, 'season', here);
}

type Rates = Dated<BySeason<string | readonly string[]>>;

/** Tiers of all seasons, rising, and as many rates as tiers. */
export function* tierFaults(
  { tiers }: { readonly tiers: Dated<BySeason<readonly string[]>> },
  rate: Rates,
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  yield* bySeasonFaults(tiers, seasons, [...path, 'tiers']);
  yield* bySeasonFaults(rate, seasons, [...path, 'rate']);
  let most = 1;
  for (const { value, path: here } of versions(tiers, [...path, 'tiers']))
    for (const { list, key } of lists<readonly string[]>(value)) {
      yield* rising(list, [...here, ...key]);
      most = Math.max(most, list.length + 1);
    }
  for (const { value, path: here } of versions(rate, [...path, 'rate']))
    for (const { list, key } of lists<string | readonly string[]>(value)) {
      const count = typeof list === 'string' ? 1 : list.length;
      if (count < most) yield fault([...here, ...key], `${count} rates for ${most} tiers`);
    }
}

function lists<T extends string | readonly unknown[]>(value: BySeason<T>): { list: T; key: Path }[] {
  if (typeof value === 'string' || Array.isArray(value)) return [{ list: value as T, key: [] }];
  return Object.entries(value as Record<string, T>).map(([season, list]) => ({ list, key: [season] }));
}

/**
 * A price for each period that the calendar has while the price is in force, and as many as the period has tiers; where
 * tiers go by the total, one price may stand for all of them.
 */
export function* timeOfUseFaults(
  tariff: Tariff,
  charge: ChargeOf<'time-of-use'>,
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  const calendar = tariff.calendars?.find(({ code }) => code === charge.calendar);
  if (!calendar) {
    yield fault([...path, 'calendar'], `no calendar is called "${charge.calendar}"`);
    return;
  }
  if (charge.quantity === 'standard-volume' || charge.quantity === 'energy')
    yield fault(
      [...path, 'quantity'],
      `what is converted has no time of use; "${charge.quantity}" cannot be rated by it`,
    );
  const periods = new Set(calendar.periods.map(({ code }) => code));
  const isByTotal = charge.tiersBy === 'total';
  for (const { value, path: here } of versions(charge.tiers ?? [], [...path, 'tiers'])) {
    if (isByTotal) yield* members(value, seasons, 'season', here);
    else yield* unknownMembers(value, periods, 'period', here);
    for (const [key, limits] of Object.entries(value)) yield* rising(limits, [...here, key]);
  }
  for (const { value, path: here, from, to } of versions(charge.rate, [...path, 'rate'])) {
    yield* unknownMembers(value, periods, 'period', here);
    for (const period of periodsBetween(calendar, from, to)) {
      const rate = value[period];
      const most = mostTiers(charge, isByTotal ? seasonsOf(period, calendar, seasons) : [period]);
      if (rate === undefined) yield fault(here, `no price for the period "${period}"`);
      else if (typeof rate === 'string' ? most > 1 && !isByTotal : rate.length < most)
        yield fault(
          [...here, period],
          `${typeof rate === 'string' ? 1 : rate.length} rates for ${most} tiers`,
        );
    }
  }
}

function mostTiers({ tiers = [] }: ChargeOf<'time-of-use'>, keys: Iterable<string>): number {
  const lengths = tiers.flatMap(({ value }) => Array.from(keys, (key) => value[key]?.length ?? 0));
  return 1 + Math.max(0, ...lengths);
}

/** The tariff's seasons in which the calendar may have the period: all, where the calendar has seasons of its own. */
function seasonsOf(period: string, calendar: Calendar, ofTariff: Seasons): Iterable<string> {
  const rules = calendar.rules.flatMap(({ value }) => value).filter((rule) => periodsIn([rule]).has(period));
  if (calendar.seasons || rules.some((rule) => !rule.seasons)) return ofTariff;
  return rules.flatMap((rule) => rule.seasons!);
}

/** The periods of the rules in force on some day from `from` on, before `to`. */
function periodsBetween({ rules }: Calendar, from: string, to: string | undefined): Set<string> {
  const inForce = rules.filter(({ from: begins }, index) => {
    const ends = rules[index + 1]?.from;
    return (to === undefined || begins < to) && (ends === undefined || ends > from);
  });
  return periodsIn(inForce.flatMap(({ value }) => value));
}
