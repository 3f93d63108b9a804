import type { ChargeOf, Dated, Tariff } from '../src/domain/tariff/tariff.ts';

/** A fraction of whole numbers; the divisor is above zero. */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

/** One bill to compute: a whole billing month, hourly values in whole Wh, one list a day of 24 hours. */
export interface RationalCase {
  readonly tariff: Tariff;
  readonly days: readonly string[];
  readonly wattHours: readonly (readonly number[])[];
  /** Days on which the customer has a right to the discount, by their place. */
  readonly entitled: { readonly first: number; readonly last: number };
}

/**
 * A bill of the charges `rider` (flat), `block` (progressive), `hours` (time of use, 08:00 to 22:00 `day`, else `night`, tiers by
 * the total), `peak` (demand), `relief` (discount of a share with a limit) and `tax` (percentage), day by day and hour by
 * hour in fractions of whole numbers: a second opinion that shares nothing with the engine but the tariff. Every charge is rounded.
 */
export function rationalBill(one: RationalCase): { total: Ratio; amounts: Map<string, Ratio> } {
  const { tariff, days } = one;
  const parts = partsOf(one);
  const amounts = new Map<string, Ratio>();
  const byPart = new Map<string, Ratio[]>();
  const settle = (code: string, ofParts: Ratio[]) => {
    const rounded =
      parts.length > 1 ? ofParts.map((part) => nearest(part, tariff.proration.amount)) : ofParts;
    const amount = nearest(add(rounded), chargeOf(tariff, code).rounding!);
    amounts.set(code, amount);
    byPart.set(code, parts.length > 1 ? rounded : [amount]);
  };
  settle(
    'rider',
    parts.map((part) => riderOf(tariff, part, days)),
  );
  settle(
    'block',
    parts.map((part) => blockOf(tariff, part, days)),
  );
  settle(
    'hours',
    parts.map((part) => hoursOf(one, part)),
  );
  settle(
    'peak',
    parts.map((part) => peakOf(one, part)),
  );

  const relief = chargeOf(tariff, 'relief') as ChargeOf<'discount'>;
  const offers = parts.map((part, index) => {
    const base = add(relief.of.map((code) => byPart.get(code)![index]!));
    const held = part.places.filter((day) => day >= one.entitled.first && day < one.entitled.last).length;
    const share = times(times(base, ratio(first(relief.share!) as string)), {
      n: BigInt(held),
      d: BigInt(part.places.length),
    });
    const limit = times(ratio(first(relief.limit!) as string), { n: BigInt(held), d: BigInt(days.length) });
    const offer = less(limit, share) ? limit : share;
    return less(zero, offer) ? offer : zero;
  });
  const room = add(relief.of.map((code) => amounts.get(code)!));
  const given = less(room, add(offers)) ? undefined : offers;
  if (given) settle('relief', given.map(negated));
  else amounts.set('relief', negated(nearest(less(room, zero) ? zero : room, relief.rounding!)));

  const tax = chargeOf(tariff, 'tax') as ChargeOf<'percentage'>;
  const taxed = add(tax.of.map((code) => amounts.get(code)!));
  const shares = add(days.map((day) => ratio(on(tax.rate, day))));
  amounts.set('tax', nearest(over(times(taxed, shares), days.length), tax.rounding!));
  return { total: nearest(add([...amounts.values()]), tariff.totalRounding!), amounts };
}

interface Part {
  readonly season: string;
  readonly places: number[];
  /** Its share of the usage by days, kWh. */
  readonly usage: Ratio;
}

function partsOf({ tariff, days, wattHours }: RationalCase): Part[] {
  const cut: { season: string; places: number[] }[] = [];
  for (const [place, day] of days.entries()) {
    const season = day.slice(5) >= '05-01' && day.slice(5) <= '09-30' ? 'summer' : 'winter';
    if (cut.at(-1)?.season !== season) cut.push({ season, places: [] });
    cut.at(-1)!.places.push(place);
  }
  const total = { n: BigInt(wattHours.flat().reduce((all, value) => all + value, 0)), d: 1000n };
  let given = zero;
  return cut.map((part, index) => {
    const until =
      index === cut.length - 1
        ? total
        : nearest(
            over(times(total, whole(part.places.at(-1)! + 1)), days.length),
            tariff.proration.quantity!,
          );
    const usage = add([until, negated(given)]);
    given = until;
    return { ...part, usage };
  });
}

function riderOf(tariff: Tariff, { places, usage }: Part, days: readonly string[]): Ratio {
  const { rate } = chargeOf(tariff, 'rider') as ChargeOf<'flat'>;
  return over(
    times(usage, add(places.map((place) => ratio(on(rate, days[place]!) as string)))),
    places.length,
  );
}

function blockOf(tariff: Tariff, part: Part, days: readonly string[]): Ratio {
  const { tiers, rate } = chargeOf(tariff, 'block') as ChargeOf<'progressive'>;
  const filled = intoTiers(tariff, part.usage, first(tiers)[part.season]!, part.places.length, days.length);
  const ofDay = (place: number) =>
    add(filled.map((kWh, tier) => times(kWh, ratio((on(rate, days[place]!) as string[])[tier]!))));
  return over(add(part.places.map(ofDay)), part.places.length);
}

function hoursOf({ tariff, days, wattHours }: RationalCase, part: Part): Ratio {
  const { tiers, rate } = chargeOf(tariff, 'hours') as ChargeOf<'time-of-use'>;
  const used = add(part.places.flatMap((place) => wattHours[place]!.map(kWh)));
  const filled = intoTiers(tariff, used, first(tiers!)[part.season]!, part.places.length, days.length);
  const priced = filled.map((inTier, tier) => {
    const amount = add(
      part.places.flatMap((place) =>
        wattHours[place]!.map((value, hour) => {
          const prices = on(rate, days[place]!)[hour >= 8 && hour < 22 ? 'day' : 'night'] as string[];
          return times(kWh(value), ratio(prices[tier]!));
        }),
      ),
    );
    return used.n === 0n ? zero : times(amount, { n: inTier.n * used.d, d: inTier.d * used.n });
  });
  return add(priced);
}

function peakOf({ tariff, days, wattHours }: RationalCase, part: Part): Ratio {
  const { tiers, rate } = chargeOf(tariff, 'peak') as ChargeOf<'demand'>;
  const kW = kWh(Math.max(...wattHours.flat()));
  const limit = ratio((first(tiers!) as string[])[0]!);
  const below = less(limit, kW) ? limit : kW;
  const filled = [below, add([kW, negated(below)])];
  const ofDay = (place: number) =>
    add(filled.map((share, tier) => times(share, ratio((on(rate, days[place]!) as string[])[tier]!))));
  return over(add(part.places.map(ofDay)), days.length);
}

/** Limits are those of the whole month, of which the part has so many days. */
function intoTiers(
  tariff: Tariff,
  usage: Ratio,
  limits: readonly string[],
  days: number,
  ofDays: number,
): Ratio[] {
  const filled: Ratio[] = [];
  let left = usage;
  for (const [tier, limit] of limits.entries()) {
    const wide = add([ratio(limit), negated(ratio(limits[tier - 1] ?? '0'))]);
    const width =
      days === ofDays ? wide : nearest(over(times(wide, whole(days)), ofDays), tariff.proration.quantity!);
    const inTier = less(left, width) ? left : width;
    filled.push(inTier);
    left = add([left, negated(inTier)]);
  }
  return [...filled, left];
}

const zero: Ratio = { n: 0n, d: 1n };
const whole = (value: number): Ratio => ({ n: BigInt(value), d: 1n });
const kWh = (wattHours: number): Ratio => ({ n: BigInt(wattHours), d: 1000n });
const times = (a: Ratio, b: Ratio): Ratio => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Ratio, divisor: number): Ratio => ({ n: a.n, d: a.d * BigInt(divisor) });
const negated = (a: Ratio): Ratio => ({ n: -a.n, d: a.d });
const less = (a: Ratio, b: Ratio): boolean => a.n * b.d < b.n * a.d;

function add(values: readonly Ratio[]): Ratio {
  return values.reduce(
    (a, b) => (a.d === b.d ? { n: a.n + b.n, d: a.d } : lowest({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })),
    zero,
  );
}

function lowest({ n, d }: Ratio): Ratio {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return { n: n / a, d: d / a };
}

export function ratio(decimal: string): Ratio {
  const [digits = '', fraction = ''] = decimal.split('.');
  return { n: BigInt(digits + fraction), d: 10n ** BigInt(fraction.length) };
}

function nearest(value: Ratio, { to, mode }: { to: string; mode: 'down' | 'half-up' | 'up' }): Ratio {
  const step = ratio(to);
  const [n, d] = [value.n * step.d, value.d * step.n];
  const size = n < 0n ? -n : n;
  const multiple =
    mode === 'down' ? size / d : mode === 'up' ? (size + d - 1n) / d : (2n * size + d) / (2n * d);
  return times({ n: n < 0n ? -multiple : multiple, d: 1n }, step);
}

const chargeOf = (tariff: Tariff, code: string) => tariff.charges.find((charge) => charge.code === code)!;
const on = <T>(values: Dated<T>, day: string): T => values.filter(({ from }) => from <= day).at(-1)!.value;
const first = <T>(values: Dated<T>): T => values[0]!.value;
