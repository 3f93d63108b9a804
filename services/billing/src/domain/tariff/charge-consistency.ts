import type { Charge, ChargeOf, QuantityName } from './charge.ts';
import { bySeasonFaults, tierFaults, timeOfUseFaults, type Seasons } from './price-consistency.ts';
import { fault, versions, type Inconsistency, type Path } from './inconsistency.ts';
import { DAY_MINUTES } from './minutes.ts';
import { seasonFaults } from './season-consistency.ts';
import type { Tariff } from './tariff.ts';

/** What is wrong with a charge, given those `before` it. */
export function* chargeFaults(
  tariff: Tariff,
  charge: Charge,
  before: readonly Charge[],
  path: Path,
): Generator<Inconsistency> {
  const seasons = new Set(tariff.seasons.map(({ code }) => code));
  if ('of' in charge) yield* ofFaults(charge.of, before, path);
  if ('quantity' in charge && charge.quantity) yield* quantityFaults(tariff, charge.quantity, path);
  if (charge.kind === 'time-of-use' && charge.quantity?.startsWith('net-'))
    yield fault(
      [...path, 'quantity'],
      `"${charge.quantity}" is of the whole period; price "import", and credit "export" at the same prices`,
    );
  if ('tiersPerKwOf' in charge && charge.tiersPerKwOf !== undefined)
    if (!before.some(({ kind, code }) => kind === 'demand' && code === charge.tiersPerKwOf))
      yield fault(
        [...path, 'tiersPerKwOf'],
        `"${charge.tiersPerKwOf}" is no demand charge that comes before it`,
      );
  yield* kindFaults(tariff, charge, before, seasons, path);
}

function* kindFaults(
  tariff: Tariff,
  charge: Charge,
  before: readonly Charge[],
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  switch (charge.kind) {
    case 'fixed':
    case 'flat':
    case 'minimum':
      return yield* bySeasonFaults(charge.rate, seasons, [...path, 'rate']);
    case 'progressive':
      return yield* tierFaults(charge, charge.rate, seasons, path);
    case 'fixed-by-tier':
      return yield* tierReference(tariff, charge, seasons, path);
    case 'time-of-use':
      return yield* timeOfUseFaults(tariff, charge, seasons, path);
    case 'demand':
      return yield* demandFaults(tariff, charge, seasons, path);
    case 'power-factor':
      return yield* powerFactorFaults(charge, path);
    case 'discount':
      return yield* discountFaults(charge, before, seasons, path);
  }
}

function* ofFaults(of: readonly string[], before: readonly Charge[], path: Path): Generator<Inconsistency> {
  for (const [position, code] of of.entries()) {
    if (!before.some((charge) => charge.code === code))
      yield fault([...path, 'of', position], `"${code}" is no charge that comes before it`);
    if (of.indexOf(code) < position) yield fault([...path, 'of', position], `"${code}" is named twice`);
  }
}

const quantitiesOf: Readonly<Record<Tariff['unit'], readonly QuantityName[]>> = {
  kWh: ['import', 'export', 'net-import', 'net-export', 'reactive-import', 'reactive-export'],
  m3: ['import', 'volume', 'standard-volume', 'energy'],
};

function* quantityFaults(
  { unit, conversion }: Tariff,
  quantity: QuantityName,
  path: Path,
): Generator<Inconsistency> {
  const here = [...path, 'quantity'];
  if (!quantitiesOf[unit].includes(quantity))
    yield fault(here, `a tariff in ${unit} has no "${quantity}"; it has ${quantitiesOf[unit].join(', ')}`);
  if ((quantity === 'standard-volume' || quantity === 'energy') && !conversion)
    yield fault(here, `"${quantity}" needs the tariff's "conversion"`);
}

function* tierReference(
  tariff: Tariff,
  charge: ChargeOf<'fixed-by-tier'>,
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  const tiered = tariff.charges.find((other) => other.code === charge.tiersOf);
  if (tiered?.kind !== 'progressive') {
    yield fault([...path, 'tiersOf'], `"${charge.tiersOf}" is no progressive charge`);
    return;
  }
  const known = [...tierFaults(tiered, tiered.rate, seasons, path)];
  if (known.length === 0) yield* tierFaults(tiered, charge.rate, seasons, path);
}

function* demandFaults(
  tariff: Tariff,
  charge: ChargeOf<'demand'>,
  seasons: Seasons,
  path: Path,
): Generator<Inconsistency> {
  const { windowMinutes, calendar, periods, basis, coincident, ratchets = [] } = charge;
  if (typeof windowMinutes === 'number' && DAY_MINUTES % windowMinutes !== 0)
    yield fault([...path, 'windowMinutes'], `windows of ${windowMinutes} minutes do not divide a day`);
  if (charge.longerIntervals && (basis === 'contract' || windowMinutes === 'interval'))
    yield fault(
      [...path, 'longerIntervals'],
      'only a window of so many minutes can be shorter than intervals',
    );
  if (basis === 'contract' && (coincident || calendar || charge.unmetered))
    yield fault([...path, 'basis'], 'the contract power is measured in no hours; leave out what says so');
  for (const [index, { share }] of ratchets.entries())
    if (Number(share) > 1)
      yield fault(
        [...path, 'ratchets', index, 'share'],
        `${share} is more than the whole demand of a month before`,
      );
  if (Number(charge.atLeast?.contractShare ?? 0) > 1)
    yield fault(
      [...path, 'atLeast', 'contractShare'],
      `${charge.atLeast?.contractShare} is more than the contract power`,
    );
  if ((calendar === undefined) !== (periods === undefined))
    yield fault(path, 'a demand of certain hours needs both "calendar" and "periods"');
  const known = tariff.calendars?.find(({ code }) => code === calendar);
  if (calendar !== undefined && !known)
    yield fault([...path, 'calendar'], `no calendar is called "${calendar}"`);
  for (const [index, period] of (periods ?? []).entries())
    if (known && !known.periods.some(({ code }) => code === period))
      yield fault([...path, 'periods', index], `calendar "${calendar}" has no period "${period}"`);
  yield* bySeasonFaults(charge.rate, seasons, [...path, 'rate']);
  yield* tierFaults({ tiers: charge.tiers ?? [] }, charge.rate, seasons, path);
}

function* powerFactorFaults(charge: ChargeOf<'power-factor'>, path: Path): Generator<Inconsistency> {
  if (!charge.lagging && !charge.leading) yield fault(path, 'give "lagging", "leading" or both');
  for (const side of ['lagging', 'leading'] as const)
    for (const { value, path: here } of versions(charge[side] ?? [], [...path, side])) {
      const [worst, standard, best] = [value.worst, value.standard, value.best].map(Number);
      if (worst! > standard! || standard! > best!)
        yield fault(
          here,
          `worst ${value.worst}, standard ${value.standard} and best ${value.best} do not rise`,
        );
    }
}

function* discountFaults(
  charge: ChargeOf<'discount'>,
  before: readonly Charge[],
  seasonsOfTariff: Seasons,
  path: Path,
): Generator<Inconsistency> {
  const { share, perUnit, limit, group } = charge;
  if (!share && !perUnit && !limit) yield fault(path, 'give "share", "perUnit" or "limit"');
  if (charge.units !== undefined && !perUnit)
    yield fault([...path, 'units'], '"units" limits what "perUnit" is given for');
  if (charge.seasons) yield* seasonFaults(charge.seasons, [...path, 'seasons']);
  const seasons = charge.seasons ? new Set(charge.seasons.map(({ code }) => code)) : seasonsOfTariff;
  for (const [name, values] of Object.entries({ share, perUnit, limit }))
    if (values) yield* bySeasonFaults(values, seasons, [...path, name]);
  if (group !== undefined) yield* groupFaults(charge, group, before, path);
}

/** All of a group are rated with its first: nothing may come between them, nor one be taken off another. */
function* groupFaults(
  charge: ChargeOf<'discount'>,
  group: string,
  before: readonly Charge[],
  path: Path,
): Generator<Inconsistency> {
  const isOfGroup = (other: Charge | undefined) => other?.kind === 'discount' && other.group === group;
  if (before.some(isOfGroup) && !isOfGroup(before.at(-1)))
    yield fault([...path, 'group'], `the discounts of group "${group}" must stand one after another`);
  for (const [position, code] of charge.of.entries())
    if (isOfGroup(before.find((other) => other.code === code)))
      yield fault(
        [...path, 'of', position],
        `"${code}" is of the same group "${group}"; only one of them is given`,
      );
}
