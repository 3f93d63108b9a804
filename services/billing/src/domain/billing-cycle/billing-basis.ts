import { refuse, type Refusal } from '@metermesh/decider';
import { readingType, type ReadingType, type ServiceKind } from '@metermesh/metering';
import type { GasDay } from '../gas-quality/gas-quality.decider.ts';
import type { Period } from '../rating/period.ts';
import type { MeteredQuantity } from '../rating/usage.ts';
import type { Charge, QuantityName } from '../tariff/charge.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Agreement } from './agreement.ts';
import type { ValidatedDay } from './validated-day.ts';

/** Everything that the bill of one period rests on, as far as it is known. */
export interface BillingBasis {
  readonly agreement: Agreement;
  readonly period: Period;
  /** Undefined where its registration is still on the way. */
  readonly usagePoint?: { readonly timeZone: string; readonly serviceKind: ServiceKind } | undefined;
  /** Those that the agreement's terms name within the period, by id; or why there is none. */
  readonly tariffs: ReadonlyMap<string, Tariff | Refusal>;
  /** Validated days of the usage point in the period, by code of their reading type. */
  readonly days: ReadonlyMap<string, readonly ValidatedDay[]>;
  /** What the gas of the areas that the agreement's terms name was on the days of the period, as far as it is known. */
  readonly gasDays?: ReadonlyMap<string, readonly GasDay[]> | undefined;
  /** The periods before, as far back as ratchets of the tariffs look; absent where none does. */
  readonly earlier?: readonly EarlierPeriod[] | undefined;
}

/** A billing period before, with what was metered in it. */
export type EarlierPeriod = Pick<BillingBasis, 'period' | 'days'>;

/** The reading types of a usage point that bills are made of: those of the supply itself, none of its sub-meters. */
export const BILLED_READING_TYPES: readonly string[] = [
  'active-energy-import',
  'active-energy-export',
  'reactive-energy-import',
  'reactive-energy-export',
  'gas-volume',
  'water-volume',
  'heat-energy',
];

/** Code of the reading type that is paid for; of sensors nothing is. */
export const PAID_FOR: Readonly<Record<ServiceKind, string | undefined>> = {
  ELECTRICITY: 'active-energy-import',
  GAS: 'gas-volume',
  WATER: 'water-volume',
  HEAT: 'heat-energy',
  ENVIRONMENT: undefined,
};

export const isPaidFor = (readingTypeCode: string): boolean =>
  Object.values(PAID_FOR).includes(readingTypeCode);

/** Quantities that are metered beside the one that is paid for. */
const BESIDE: Readonly<Record<Exclude<MeteredQuantity, 'import'>, string>> = {
  export: 'active-energy-export',
  'reactive-import': 'reactive-energy-import',
  'reactive-export': 'reactive-energy-export',
};

/** What a tariff bills at a usage point of a service kind: what comes in. Refusal: `TARIFF_UNFIT`. */
export function billedReadingType(
  { id, unit, conversion, serviceKind: of }: Pick<Tariff, 'id' | 'unit' | 'conversion' | 'serviceKind'>,
  serviceKind: ServiceKind,
  usagePointId: string,
): ReadingType | Refusal {
  const type = readingType(PAID_FOR[serviceKind] ?? '');
  const isOfKind = of === undefined || of.toUpperCase() === serviceKind;
  const isOfUnit = type?.displayUnit.symbol === unit || (conversion && serviceKind === 'GAS');
  if (type && isOfKind && isOfUnit) return type;
  return refuse(
    'TARIFF_UNFIT',
    `Tariff ${id} rates ${unit}, which is not what usage point ${usagePointId} (${serviceKind}) is billed in.`,
  );
}

/** A channel that a period is billed on. */
export interface BilledChannel {
  readonly type: ReadingType;
  readonly days: readonly ValidatedDay[];
}

/**
 * The channels that the tariffs of a period ask for: first the one that is paid for; of the others those that the usage point
 * has, being those of which there is any day. A house that feeds nothing in has no channel of it.
 */
export function billedChannels(
  { usagePoint, days }: BillingBasis,
  segments: readonly { readonly tariff: Pick<Tariff, 'charges'> }[],
): BilledChannel[] {
  const paidFor = paidForType(usagePoint!.serviceKind);
  const others = new Set(segments.flatMap(({ tariff }) => typesBeside(tariff)));
  return [
    { type: paidFor, days: days.get(paidFor.code) ?? [] },
    ...[...others].flatMap((type) => {
      const known = days.get(type.code) ?? [];
      return known.length > 0 ? [{ type, days: known }] : [];
    }),
  ];
}

/** What is paid for at a usage point that can be billed, and the days of all its channels by the name that tariffs have for them. */
export function meteredChannels({ usagePoint, days }: BillingBasis): {
  type: ReadingType;
  days: Partial<Record<MeteredQuantity, readonly ValidatedDay[]>>;
} {
  const type = paidForType(usagePoint!.serviceKind);
  const channels = { import: type.code, ...BESIDE };
  const known = Object.entries(channels).flatMap(([quantity, code]) => {
    const found = days.get(code);
    return found ? [[quantity, found] as const] : [];
  });
  return { type, days: Object.fromEntries(known) };
}

/** Codes of the reading types that tariffs ask for at a usage point: no others need be read for its bill. */
export function askedReadingTypes(
  serviceKind: ServiceKind,
  tariffs: readonly Pick<Tariff, 'charges'>[],
): string[] {
  const paidFor = PAID_FOR[serviceKind];
  const beside = tariffs.flatMap(typesBeside).map(({ code }) => code);
  return [...new Set([...(paidFor ? [paidFor] : []), ...beside])];
}

const paidForType = (serviceKind: ServiceKind): ReadingType => readingType(PAID_FOR[serviceKind]!)!;

function typesBeside({ charges }: Pick<Tariff, 'charges'>): ReadingType[] {
  const { export: exported } = BESIDE;
  const channels: Partial<Record<QuantityName, string>> = {
    ...BESIDE,
    'net-import': exported,
    'net-export': exported,
  };
  return charges.flatMap(quantitiesOf).flatMap((quantity) => readingType(channels[quantity] ?? '') ?? []);
}

function quantitiesOf(charge: Charge): QuantityName[] {
  if (charge.kind === 'power-factor')
    return [
      ...(charge.lagging ? (['reactive-import'] as const) : []),
      ...(charge.leading ? (['reactive-export'] as const) : []),
    ];
  return 'quantity' in charge && charge.quantity ? [charge.quantity] : [];
}
