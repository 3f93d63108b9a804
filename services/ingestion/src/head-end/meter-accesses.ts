import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DATABASE, ENVIRONMENT } from '@metermesh/service-kit';
import type pg from 'pg';
import { reserveInvocations } from '../adapters/client-invocations.table.ts';
import { KnownMeters } from '../adapters/known-meters.table.ts';
import type { KnownMeter } from '../domain/known-meter.ts';
import type { Environment } from '../environment.ts';
import { COUNTERS_OF_A_CALL, type MeterAccess } from './meter-call.ts';
import { dlmsAddress } from './network-address.ts';

export interface CallableMeter {
  readonly meter: KnownMeter;
  readonly access: MeterAccess;
}

/** What it takes to call which meter. */
@Injectable()
export class MeterAccesses {
  constructor(
    private readonly meters: KnownMeters,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Refuses with UNKNOWN_METER and METER_NOT_REACHABLE_BY_ADDRESS. */
  async of(serialNumber: string): Promise<CallableMeter | Refusal> {
    const known = await this.meters.withPassword(serialNumber);
    if (!known) return refuse('UNKNOWN_METER', `No meter ${serialNumber} is registered.`);
    const { meter, password } = known;
    const address = dlmsAddress(meter.networkAddress);
    if (isRefusal(address)) return address;
    const { DLMS_ANSWER_SECONDS, DLMS_SYSTEM_TITLE } = this.environment;
    const access: MeterAccess = {
      address,
      password,
      keys: meter.keys,
      systemTitle: Buffer.from(DLMS_SYSTEM_TITLE, 'hex'),
      timeoutMs: DLMS_ANSWER_SECONDS * 1000,
      reserveCounters: () =>
        reserveInvocations(this.pool, serialNumber, meter.keys!.version, COUNTERS_OF_A_CALL),
    };
    return { meter, access };
  }
}
