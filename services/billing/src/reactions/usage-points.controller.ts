import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, ServiceKind, type UsagePointRegistered } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import type { ServiceKind as ServiceKindName } from '@metermesh/metering';
import { UsagePoints } from '../adapters/usage-points.table.ts';

const serviceKinds = new Map<ServiceKind, ServiceKindName>([
  [ServiceKind.ELECTRICITY, 'ELECTRICITY'],
  [ServiceKind.GAS, 'GAS'],
  [ServiceKind.WATER, 'WATER'],
]);

/** Learns from device-registry in which time zone a usage point is billed. */
@Controller()
export class UsagePointsController {
  constructor(private readonly usagePoints: UsagePoints) {}

  @OnFact('device-registry', 'usage-point-registered')
  async usagePointRegistered(@Payload() fact: Fact): Promise<void> {
    const { usagePointId, timeZone, serviceKind: kind } = decodeEvent<UsagePointRegistered>(fact);
    const serviceKind = serviceKinds.get(kind);
    if (!serviceKind)
      throw new RangeError(`Usage point ${usagePointId}: no service kind has the number ${kind}.`);
    await this.usagePoints.registered(usagePointId, { serviceKind, timeZone });
  }
}
