import { Controller, Inject } from '@nestjs/common';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Payload } from '@nestjs/microservices';
import {
  decodeEvent,
  type MeterAssignedToConcentrator,
  type MeterInstalled,
  type MeterKeysSet,
  type MeterRegistered,
  type MeterRemoved,
  type RegisterValue,
  type UsagePointRegistered,
} from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE, handleOnce } from '@metermesh/service-kit';
import type pg from 'pg';
import { deviceFacts } from '../adapters/device-facts.table.ts';
import { movementReads } from '../movement-reads.ts';
import { RecordReadings } from '../record-readings.ts';
import { ReleaseQuarantined } from '../release-quarantined.ts';

const HANDLER = 'device-facts';

/** Learns meters, usage points and who is where; then tries what has been waiting for just that. */
@Controller()
export class DeviceRegistryController {
  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    private readonly release: ReleaseQuarantined,
    private readonly readings: RecordReadings,
  ) {}

  @OnFact('device-registry', 'usage-point-registered')
  async usagePointRegistered(@Payload() fact: Fact): Promise<void> {
    const registered = decodeEvent<UsagePointRegistered>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) =>
      deviceFacts.usagePointRegistered(client, registered),
    );
    await this.release.waitingForUsagePoint(registered.usagePointId);
  }

  @OnFact('device-registry', 'meter-registered')
  async meterRegistered(@Payload() fact: Fact): Promise<void> {
    const registered = decodeEvent<MeterRegistered>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) =>
      deviceFacts.meterRegistered(client, registered),
    );
    await this.release.waitingForMeter(registered.serialNumber);
  }

  @OnFact('device-registry', 'meter-keys-set')
  async meterKeysSet(@Payload() fact: Fact): Promise<void> {
    const keys = decodeEvent<MeterKeysSet>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) =>
      deviceFacts.meterKeysSet(client, keys, fact.position),
    );
    await this.release.waitingForMeter(keys.serialNumber);
  }

  @OnFact('device-registry', 'meter-assigned-to-concentrator')
  async meterAssignedToConcentrator(@Payload() fact: Fact): Promise<void> {
    const assigned = decodeEvent<MeterAssignedToConcentrator>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) =>
      deviceFacts.meterAssignedToConcentrator(client, assigned, fact.position),
    );
    await this.release.waitingForMeter(assigned.serialNumber);
  }

  @OnFact('device-registry', 'meter-installed')
  async meterInstalled(@Payload() fact: Fact): Promise<void> {
    const installed = decodeEvent<MeterInstalled>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) => deviceFacts.meterInstalled(client, installed));
    await this.release.waitingForMeter(installed.serialNumber);
    await this.record(installed.serialNumber, installed.installedAt!, installed.registerReads);
  }

  @OnFact('device-registry', 'meter-removed')
  async meterRemoved(@Payload() fact: Fact): Promise<void> {
    const removed = decodeEvent<MeterRemoved>(fact);
    await handleOnce(this.pool, HANDLER, fact.id, (client) => deviceFacts.meterRemoved(client, removed));
    await this.record(removed.serialNumber, removed.removedAt!, removed.registerReads);
  }

  /** The same reads, told again, are one record. */
  private async record(serialNumber: string, movedAt: Timestamp, registers: RegisterValue[]): Promise<void> {
    const reads = movementReads(serialNumber, movedAt, registers, Date.now());
    if (reads) await this.readings.record(reads);
  }
}
