import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  serviceKindName,
  type MeterAssignedToConcentrator,
  type MeterInstalled,
  type MeterKeysSet,
  type MeterRegistered,
  type MeterRemoved,
  type UsagePointRegistered,
} from '@metermesh/contracts';
import type { MeterChannel } from '../domain/known-meter.ts';
import type { Queryable } from './queryable.ts';

/** What device-registry told us, one statement a fact. Each may come before or after any other. */
export const deviceFacts = {
  async usagePointRegistered(client: Queryable, fact: UsagePointRegistered): Promise<void> {
    await client.query(
      `INSERT INTO usage_point (usage_point_id, service_kind, time_zone) VALUES ($1, $2, $3)
       ON CONFLICT (usage_point_id) DO UPDATE SET service_kind = EXCLUDED.service_kind, time_zone = EXCLUDED.time_zone`,
      [fact.usagePointId, serviceKindName(fact.serviceKind), fact.timeZone],
    );
  },

  async meterRegistered(client: Queryable, fact: MeterRegistered): Promise<void> {
    const channels: MeterChannel[] = fact.channels.map(({ readingType, obis, intervalSeconds }) => ({
      readingType,
      obis,
      intervalSeconds,
    }));
    await client.query(
      `INSERT INTO meter (serial_number, system_title, multiplier, network_address, channels, addresses, payload_codec, dial_digits)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (serial_number) DO UPDATE SET system_title = EXCLUDED.system_title, multiplier = EXCLUDED.multiplier,
         network_address = EXCLUDED.network_address, channels = EXCLUDED.channels, addresses = EXCLUDED.addresses,
         payload_codec = EXCLUDED.payload_codec, dial_digits = EXCLUDED.dial_digits`,
      [
        fact.serialNumber,
        fact.systemTitle.length > 0 ? Buffer.from(fact.systemTitle) : null,
        fact.multiplier || '1',
        fact.networkAddress || null,
        JSON.stringify(channels),
        fact.addresses,
        fact.payloadCodec || null,
        fact.dialDigits,
      ],
    );
  },

  async meterAssignedToConcentrator(
    client: Queryable,
    fact: MeterAssignedToConcentrator,
    position: string,
  ): Promise<void> {
    await client.query(
      `INSERT INTO meter_concentrator (serial_number, concentrator_id, position) VALUES ($1, $2, $3)
       ON CONFLICT (serial_number) DO UPDATE SET concentrator_id = EXCLUDED.concentrator_id, position = EXCLUDED.position
       WHERE meter_concentrator.position < EXCLUDED.position`,
      [fact.serialNumber, fact.concentratorId, position],
    );
  },

  /** A new key begins a new count of invocations. */
  async meterKeysSet(client: Queryable, fact: MeterKeysSet, position: string): Promise<void> {
    const { rowCount } = await client.query(
      `INSERT INTO meter_key (serial_number, sealed_encryption_key, sealed_authentication_key, sealed_password, position)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (serial_number) DO UPDATE SET sealed_encryption_key = EXCLUDED.sealed_encryption_key,
         sealed_authentication_key = EXCLUDED.sealed_authentication_key, sealed_password = EXCLUDED.sealed_password,
         position = EXCLUDED.position
       WHERE meter_key.position < EXCLUDED.position`,
      [
        fact.serialNumber,
        orNull(fact.sealedEncryptionKey),
        orNull(fact.sealedAuthenticationKey),
        orNull(fact.sealedPassword),
        position,
      ],
    );
    if (rowCount)
      await client.query('DELETE FROM invocation_counter WHERE serial_number = $1 AND key_position < $2', [
        fact.serialNumber,
        position,
      ]);
  },

  meterInstalled: (
    client: Queryable,
    { serialNumber, usagePointId, installedAt, submeter }: MeterInstalled,
  ) => move(client, serialNumber, usagePointId, timestampDate(installedAt!), 'installed', submeter),

  meterRemoved: (client: Queryable, { serialNumber, usagePointId, removedAt }: MeterRemoved) =>
    move(client, serialNumber, usagePointId, timestampDate(removedAt!), 'removed'),
};

const orNull = (octets: Uint8Array) => (octets.length > 0 ? Buffer.from(octets) : null);

async function move(
  client: Queryable,
  serial: string,
  usagePoint: string,
  at: Date,
  movement: 'installed' | 'removed',
  submeter = '',
): Promise<void> {
  await client.query(
    `INSERT INTO meter_movement (serial_number, usage_point_id, moved_at, movement, submeter) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [serial, usagePoint, at, movement, submeter],
  );
}
