import { decodeEvent, type ConcentratorRegistered } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { MeterEvent } from '../domain/meter.ts';
import type { MqttCredentialEvent } from '../domain/mqtt-credential.decider.ts';
import type { UsagePointEvent } from '../domain/usage-point.ts';
import { addConcentrator } from './concentrators.table.ts';
import { beginInstallation, endInstallation } from './installations.table.ts';
import { addMeter, noteConcentrator, noteKeys } from './meters.table.ts';
import { noteIssued, noteRevoked } from './mqtt-credentials.table.ts';
import { addUsagePoint } from './usage-points.table.ts';

type RegistryEvent = UsagePointEvent | MeterEvent | ConcentratorRegistered | MqttCredentialEvent;

/** Keeps the tables that queries read. */
export const registryProjection: Projection = {
  name: 'registry',
  categories: ['usage-point', 'meter', 'concentrator', 'mqtt-credential'],
  async apply(client, events) {
    for (const recorded of events.filter(isFirstHand))
      await apply(client, decodeEvent<RegistryEvent>(recorded), recorded.recordedAt);
  },
};

/**
 * Installations and removals lie in two streams, because the usage point and the meter both decide on them; the usage
 * point's is the one that counts, here and for other services. What reserves a name concerns nobody else.
 */
export function isFirstHand({ stream, type }: Pick<RecordedEvent, 'stream' | 'type'>): boolean {
  if (stream.category === 'system-title' || stream.category === 'device-address') return false;
  return stream.category !== 'meter' || !/\.Meter(Installed|Removed)$/.test(type);
}

async function apply(client: pg.PoolClient, event: RegistryEvent, recordedAt: Date): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.device_registry.v1.UsagePointRegistered':
      return addUsagePoint(client, event);
    case 'metermesh.device_registry.v1.MeterRegistered':
      return addMeter(client, event);
    case 'metermesh.device_registry.v1.MeterKeysSet':
      return noteKeys(client, event);
    case 'metermesh.device_registry.v1.MeterAssignedToConcentrator':
      return noteConcentrator(client, event);
    case 'metermesh.device_registry.v1.MeterInstalled':
      return beginInstallation(client, event);
    case 'metermesh.device_registry.v1.MeterRemoved':
      return endInstallation(client, event);
    case 'metermesh.device_registry.v1.ConcentratorRegistered':
      return addConcentrator(client, event);
    case 'metermesh.device_registry.v1.MqttCredentialIssued':
      return noteIssued(client, event, recordedAt);
    case 'metermesh.device_registry.v1.MqttCredentialRevoked':
      return noteRevoked(client, event, recordedAt);
  }
}
