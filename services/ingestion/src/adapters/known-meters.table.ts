import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, ENVIRONMENT, openKey } from '@metermesh/service-kit';
import type pg from 'pg';
import type { KnownMeter, MeterChannel, MeterKeys } from '../domain/known-meter.ts';
import type { Sender } from '../domain/sender.ts';
import type { Environment } from '../environment.ts';
import { OpenedKeys } from './opened-keys.ts';

interface MeterRow {
  serial_number: string;
  system_title: Buffer | null;
  multiplier: string;
  addresses: string[];
  network_address: string | null;
  payload_codec: string | null;
  concentrator_id: string | null;
  channels: MeterChannel[];
  sealed_encryption_key: Buffer | null;
  sealed_authentication_key: Buffer | null;
  sealed_password: Buffer | null;
  key_version: string | null;
  installations: {
    usagePointId: string;
    timeZone: string | null;
    submeter: string;
    installedAt: number;
    removedAt: number | null;
  }[];
}

const SELECT = `
  SELECT serial_number, system_title, addresses, multiplier, network_address, payload_codec, channels, concentrator_id,
         sealed_encryption_key, sealed_authentication_key, sealed_password, meter_key.position AS key_version,
         coalesce((SELECT json_agg(json_build_object(
             'usagePointId', i.usage_point_id, 'timeZone', u.time_zone, 'submeter', i.submeter,
             'installedAt', extract(epoch FROM i.installed_at) * 1000,
             'removedAt', extract(epoch FROM i.removed_at) * 1000) ORDER BY i.installed_at)
           FROM installation i LEFT JOIN usage_point u USING (usage_point_id)
           WHERE i.serial_number = meter.serial_number), '[]') AS installations
  FROM meter LEFT JOIN meter_key USING (serial_number) LEFT JOIN meter_concentrator USING (serial_number)`;

/** Each name by its own index: of one condition with OR the planner makes a walk through all meters. */
const NAMED = `
  WHERE serial_number = ANY (ARRAY(
    SELECT unnest($1::text[])
    UNION SELECT serial_number FROM meter WHERE system_title = ANY ($2::bytea[])
    UNION SELECT serial_number FROM meter WHERE addresses && $3::text[]))`;

/** Which meters are known, with their keys opened. */
@Injectable()
export class KnownMeters {
  private readonly keyEncryptionKey: Uint8Array;
  private readonly openedKeys = new OpenedKeys();

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) environment: Environment,
  ) {
    this.keyEncryptionKey = Buffer.from(environment.KEY_ENCRYPTION_KEY, 'hex');
  }

  /** The meters of many senders in one question, found again through the function answered. */
  async ofSenders(senders: readonly Sender[]): Promise<(sender: Sender) => KnownMeter | undefined> {
    const titles = senders.flatMap(({ systemTitle }) =>
      systemTitle ? [Buffer.from(systemTitle, 'hex')] : [],
    );
    const serials = senders.flatMap(({ serialNumbers }) => serialNumbers);
    const addresses = senders.flatMap((sender) => sender.addresses ?? []);
    const { rows } = await this.pool.query<MeterRow>({
      name: 'known-meters',
      text: `${SELECT} ${NAMED}`,
      values: [serials, titles, addresses],
    });
    const meters = rows.map((row) => this.meterOf(row));
    const bySerial = new Map(meters.map((meter) => [meter.serialNumber, meter]));
    const byTitle = new Map(meters.map((meter) => [meter.systemTitle, meter]));
    const byAddress = new Map(meters.flatMap((meter) => meter.addresses.map((address) => [address, meter])));
    return ({ systemTitle, addresses = [], serialNumbers }) =>
      (systemTitle === undefined ? undefined : byTitle.get(systemTitle)) ??
      firstOf(addresses, byAddress) ??
      firstOf(serialNumbers, bySerial);
  }

  /** One meter with the password of the association that may operate its switch. */
  async withPassword(
    serialNumber: string,
  ): Promise<{ meter: KnownMeter; password?: Uint8Array } | undefined> {
    const { rows } = await this.pool.query<MeterRow>(`${SELECT} WHERE serial_number = $1`, [serialNumber]);
    const row = rows[0];
    return row && { meter: this.meterOf(row), password: this.open(row.sealed_password, serialNumber) };
  }

  private meterOf(row: MeterRow): KnownMeter {
    return {
      serialNumber: row.serial_number,
      systemTitle: row.system_title?.toString('hex').toUpperCase(),
      multiplier: row.multiplier,
      channels: row.channels,
      addresses: row.addresses,
      networkAddress: row.network_address ?? undefined,
      payloadCodec: row.payload_codec ?? undefined,
      concentratorId: row.concentrator_id ?? undefined,
      keys: this.keysOf(row),
      installations: row.installations.map(({ timeZone, submeter, removedAt, ...rest }) => ({
        ...rest,
        timeZone: timeZone ?? undefined,
        submeter: submeter || undefined,
        removedAt: removedAt ?? undefined,
      })),
    };
  }

  private keysOf(row: MeterRow): MeterKeys | undefined {
    const { serial_number: serialNumber, key_version: version } = row;
    if (version === null) return undefined;
    return this.openedKeys.of(serialNumber, version, () => {
      const encryptionKey = this.open(row.sealed_encryption_key, serialNumber);
      const authenticationKey = this.open(row.sealed_authentication_key, serialNumber);
      return encryptionKey && { version, encryptionKey, authenticationKey };
    });
  }

  private open(sealed: Buffer | null, serialNumber: string): Uint8Array | undefined {
    return sealed?.length ? openKey(sealed, serialNumber, this.keyEncryptionKey) : undefined;
  }
}

function firstOf(names: readonly string[], meters: ReadonlyMap<string, KnownMeter>): KnownMeter | undefined {
  for (const name of names) {
    const meter = meters.get(name);
    if (meter) return meter;
  }
  return undefined;
}
