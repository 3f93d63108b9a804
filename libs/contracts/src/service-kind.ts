import type { ServiceKind as ServiceKindName } from '@metermesh/metering';
import { ServiceKind } from './generated/metermesh/common/v1/common_pb.ts';

/** The number under which a service kind travels, by its name. */
export const SERVICE_KINDS: Readonly<Record<ServiceKindName, ServiceKind>> = {
  ELECTRICITY: ServiceKind.ELECTRICITY,
  GAS: ServiceKind.GAS,
  WATER: ServiceKind.WATER,
  HEAT: ServiceKind.HEAT,
  ENVIRONMENT: ServiceKind.ENVIRONMENT,
};

/** Throws for a service kind that this version does not know. */
export function serviceKindName(serviceKind: ServiceKind): ServiceKindName {
  const name = (Object.keys(SERVICE_KINDS) as ServiceKindName[]).find(
    (each) => SERVICE_KINDS[each] === serviceKind,
  );
  if (!name) throw new RangeError(`No service kind has the number ${serviceKind}.`);
  return name;
}
