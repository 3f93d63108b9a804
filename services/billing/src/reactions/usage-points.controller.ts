import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, serviceKindName, type UsagePointRegistered } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { checkPrepaymentsAt } from '../adapters/prepayment-checks.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';

/** Learns from device-registry in which time zone a usage point is billed. */
@Controller()
export class UsagePointsController {
  constructor(
    private readonly usagePoints: UsagePoints,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  @OnFact('device-registry', 'usage-point-registered')
  async usagePointRegistered(@Payload() fact: Fact): Promise<void> {
    const { usagePointId, timeZone, serviceKind } = decodeEvent<UsagePointRegistered>(fact);
    await this.usagePoints.registered(usagePointId, { serviceKind: serviceKindName(serviceKind), timeZone });
    await checkPrepaymentsAt(this.pool, usagePointId);
  }
}
