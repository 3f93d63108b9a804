import type { Charge, ChargeOf, Dated, Tariff } from '../src/domain/tariff/tariff.ts';

/**
 * KEPCO's residential bill computed day by day in exact fractions of whole numbers: a second opinion on the engine that
 * shares neither its decimals, its grouping of days nor its lines. Usage in whole kWh, a billing month of 25 to 35 days.
 */
export function rationalTotal(tariff: Tariff, days: readonly string[], usage: bigint): bigint {
  const parts = bySeason(days, usage);
  const won = (numeratorOf: (part: Part) => bigint, ofDays: (part: Part) => bigint) => {
    if (parts.length === 1) return quotient(numeratorOf(parts[0]!), ofDays(parts[0]!) * SCALE);
    const cents = parts.map((part) => halfUp(numeratorOf(part) * 100n, ofDays(part) * SCALE));
    return quotient(add(cents), 100n);
  };
  const dayCount = BigInt(days.length);
  const own = (part: Part) => BigInt(part.days.length);
  const energy = find(tariff, 'progressive', 'energy');
  const base = find(tariff, 'fixed-by-tier', 'base');
  const rider = (code: string) =>
    won(
      (part) =>
        add(part.days.map((day) => scaled(plain(on(find(tariff, 'flat', code).rate, day))) * part.usage)),
      own,
    );

  const subtotal =
    won(
      (part) =>
        add(part.days.map((day) => scaled(on(base.rate, day)[tiersOf(part, energy, dayCount).length - 1]!))),
      () => dayCount,
    ) +
    won(
      (part) =>
        add(
          part.days.flatMap((day) =>
            tiersOf(part, energy, dayCount).map(
              (kWh, tier) => kWh * scaled(listed(on(energy.rate, day))[tier]!),
            ),
          ),
        ),
      own,
    ) +
    rider('climate') +
    rider('fuel');
  const taxed = subtotal - essentialUsage(tariff, days, usage, subtotal);
  const fund = find(tariff, 'percentage', 'fund');
  const funded = add(days.map((day) => scaled(on(fund.rate, day)) * taxed));
  const total = taxed + halfUp(taxed, 10n) + quotient(funded, dayCount * SCALE * 10n) * 10n;
  return quotient(total, 10n) * 10n;
}

interface Part {
  readonly season: 'summer' | 'winter' | 'other';
  readonly days: string[];
  usage: bigint;
}

const SCALE = 10_000n;

function essentialUsage(tariff: Tariff, days: readonly string[], usage: bigint, subtotal: bigint): bigint {
  if (usage > 200n) return 0n;
  const { limit } = find(tariff, 'discount', 'essential-usage');
  const most = quotient(add(days.map((day) => scaled(plain(on(limit!, day))))), BigInt(days.length) * SCALE);
  const room = subtotal - 1000n;
  const discount = room < most ? room : most;
  return discount > 0n ? discount : 0n;
}

function bySeason(days: readonly string[], usage: bigint): Part[] {
  const parts: Part[] = [];
  for (const day of days) {
    const season = seasonOf(Number(day.slice(5, 7)));
    if (parts.at(-1)?.season !== season) parts.push({ season, days: [], usage: 0n });
    parts.at(-1)!.days.push(day);
  }
  let left = usage;
  for (const part of parts.slice(0, -1)) {
    part.usage = halfUp(usage * BigInt(part.days.length), BigInt(days.length));
    left -= part.usage;
  }
  parts.at(-1)!.usage = left;
  return parts;
}

function tiersOf(part: Part, { tiers }: ChargeOf<'progressive'>, dayCount: bigint): bigint[] {
  const limits = tiers[0]!.value[part.season]!.map(BigInt);
  const widths = limits.map((limit, tier) =>
    halfUp((limit - (limits[tier - 1] ?? 0n)) * BigInt(part.days.length), dayCount),
  );
  const reached: bigint[] = [];
  let left = part.usage;
  for (const width of [...widths, part.usage]) {
    reached.push(left < width ? left : width);
    left -= reached.at(-1)!;
    if (left === 0n) break;
  }
  return reached;
}

function seasonOf(month: number): Part['season'] {
  if (month === 7 || month === 8) return 'summer';
  return month === 12 || month <= 2 ? 'winter' : 'other';
}

function find<Kind extends Charge['kind']>(tariff: Tariff, kind: Kind, code: string): ChargeOf<Kind> {
  return tariff.charges.find(
    (charge): charge is ChargeOf<Kind> => charge.kind === kind && charge.code === code,
  )!;
}

function on<T>(values: Dated<T>, day: string): T {
  return values.filter((entry) => entry.from <= day).at(-1)!.value;
}

function plain(value: string | Record<string, string>): string {
  if (typeof value !== 'string') throw new Error('These tariffs have one value for all seasons.');
  return value;
}

function listed(value: string[] | Record<string, string[]>): string[] {
  if (!Array.isArray(value)) throw new Error('These tariffs have one list for all seasons.');
  return value;
}

function scaled(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, '0'));
  return decimal.startsWith('-') ? -value : value;
}

function add(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Towards zero, as BigInt division is. */
function quotient(numerator: bigint, denominator: bigint): bigint {
  return numerator / denominator;
}

function halfUp(numerator: bigint, denominator: bigint): bigint {
  const half = numerator < 0n ? -denominator : denominator;
  return (2n * numerator + half) / (2n * denominator);
}
