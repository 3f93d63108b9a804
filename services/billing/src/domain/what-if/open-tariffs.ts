import type { Tariff } from '../tariff/tariff.ts';

/**
 * The tariffs that a customer on `current` may choose: of the same publisher, for the same service and class of customers,
 * in the same currency. Whether what is metered suffices for them is told by rating.
 */
export function openTariffs(current: Tariff, all: readonly Tariff[]): Tariff[] {
  return all.filter(
    (tariff) =>
      publisherOf(tariff) === publisherOf(current) &&
      serviceKindOf(tariff) === serviceKindOf(current) &&
      tariff.customerClass === current.customerClass &&
      tariff.currency === current.currency,
  );
}

const publisherOf = ({ id }: Tariff): string => id.split('/')[0]!;

export function serviceKindOf({ serviceKind, unit }: Tariff): string {
  return serviceKind ?? (unit === 'kWh' ? 'electricity' : 'water');
}

/** Codes of what its discounts are for. */
export function entitlementsOf({ charges }: Tariff): string[] {
  return charges.flatMap((charge) => (charge.kind === 'discount' ? (charge.for ?? []) : []));
}
