import { Inject, Injectable } from '@nestjs/common';
import {
  serviceKindName,
  type Channel,
  type MeterAssignedToConcentrator,
  type MeterKeysSet,
  type MeterRegistered,
} from '@metermesh/contracts';
import { readingType as readingTypeOf, type ServiceKind } from '@metermesh/metering';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';

export interface ChannelRow {
  /** Code of a reading type, and the unit in which its values are whole numbers. */
  readingType: string;
  unit: string;
  obis: string;
  intervalSeconds: number;
}

export interface MeterRow {
  serialNumber: string;
  manufacturer: string;
  serviceKind: ServiceKind;
  systemTitle: string | null;
  multiplier: string;
  dialDigits: number;
  networkAddress: string | null;
  addresses: string[];
  payloadCodec: string | null;
  channels: ChannelRow[];
  hasKeys: boolean;
  concentratorId: string | null;
}

const COLUMNS = `serial_number AS "serialNumber", manufacturer, service_kind AS "serviceKind",
  system_title AS "systemTitle", multiplier::text, dial_digits AS "dialDigits", network_address AS "networkAddress",
  addresses, payload_codec AS "payloadCodec", channels, has_keys AS "hasKeys", concentrator_id AS "concentratorId"`;

/** Which meters are there, and how are they reached? */
@Injectable()
export class Meters {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(serialNumber: string): Promise<MeterRow | undefined> {
    return (await this.bySerialNumber([serialNumber])).get(serialNumber);
  }

  async bySerialNumber(serialNumbers: readonly string[]): Promise<Map<string, MeterRow>> {
    const { rows } = await this.pool.query<MeterRow>(
      `SELECT ${COLUMNS} FROM meter WHERE serial_number = ANY ($1)`,
      [serialNumbers],
    );
    return new Map(rows.map((row) => [row.serialNumber, row]));
  }

  async ofConcentrators(ids: readonly string[]): Promise<Map<string, MeterRow[]>> {
    const { rows } = await this.pool.query<MeterRow>(
      `SELECT ${COLUMNS} FROM meter WHERE concentrator_id = ANY ($1) ORDER BY serial_number`,
      [ids],
    );
    return Map.groupBy(rows, (row) => row.concentratorId!);
  }

  /** One more row than the page holds, if there is one. @param visible serial numbers that may be listed, undefined: all */
  async page({ limit, after }: Page, visible: readonly string[] | undefined): Promise<MeterRow[]> {
    const { rows } = await this.pool.query<MeterRow>(
      `SELECT ${COLUMNS} FROM meter
       WHERE ($1::text IS NULL OR serial_number > $1) AND ($2::text[] IS NULL OR serial_number = ANY ($2))
       ORDER BY serial_number LIMIT $3`,
      [after ?? null, visible ?? null, limit + 1],
    );
    return rows;
  }
}

export async function addMeter(client: pg.PoolClient, event: MeterRegistered): Promise<void> {
  const channels = event.channels.map(rowOf);
  await client.query(
    `INSERT INTO meter (serial_number, manufacturer, service_kind, system_title, multiplier, dial_digits, network_address, channels,
       addresses, payload_codec)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (serial_number) DO NOTHING`,
    [
      event.serialNumber,
      event.manufacturer,
      serviceKindName(event.serviceKind),
      Buffer.from(event.systemTitle).toString('hex').toUpperCase() || null,
      event.multiplier,
      event.dialDigits,
      event.networkAddress || null,
      JSON.stringify(channels),
      event.addresses,
      event.payloadCodec || null,
    ],
  );
}

export async function noteKeys(client: pg.PoolClient, event: MeterKeysSet): Promise<void> {
  await client.query('UPDATE meter SET has_keys = true WHERE serial_number = $1', [event.serialNumber]);
}

export async function noteConcentrator(
  client: pg.PoolClient,
  event: MeterAssignedToConcentrator,
): Promise<void> {
  await client.query('UPDATE meter SET concentrator_id = $2 WHERE serial_number = $1', [
    event.serialNumber,
    event.concentratorId,
  ]);
}

/** Throws where a newer version registered a reading type that this one does not know. */
function rowOf({ readingType, obis, intervalSeconds }: Channel): ChannelRow {
  const type = readingTypeOf(readingType);
  if (!type) throw new RangeError(`No reading type has the code ${readingType}.`);
  return { readingType, unit: type.unit, obis, intervalSeconds };
}
