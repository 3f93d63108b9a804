import { ServiceKind } from '@metermesh/contracts';
import type { ServiceKind as ServiceKindName } from '@metermesh/metering';

export const SERVICE_KINDS: Readonly<Record<ServiceKindName, ServiceKind>> = {
  ELECTRICITY: ServiceKind.ELECTRICITY,
  GAS: ServiceKind.GAS,
  WATER: ServiceKind.WATER,
};

/** Throws for a service kind that this version does not know. */
export function serviceKindName(serviceKind: ServiceKind): ServiceKindName {
  const name = (Object.keys(SERVICE_KINDS) as ServiceKindName[]).find(
    (each) => SERVICE_KINDS[each] === serviceKind,
  );
  if (!name) throw new RangeError(`No service kind has the number ${serviceKind}.`);
  return name;
}
