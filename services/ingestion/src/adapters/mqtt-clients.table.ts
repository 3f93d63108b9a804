import { Inject, Injectable } from '@nestjs/common';
import { MqttDialect, type MqttCredentialIssued, type MqttCredentialRevoked } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Queryable } from './queryable.ts';

/** Who may log in at the MQTT broker: one device, or a concentrator for the meters assigned to it. */
export interface MqttClient {
  readonly client: string;
  readonly dialect: string;
  readonly serialNumber?: string;
  readonly concentratorId?: string;
  readonly passwordHash: string;
  /** Whether no other has had a login in this dialect for longer. */
  readonly isFirst: boolean;
}

interface ClientRow {
  client: string;
  dialect: string;
  serial_number: string | null;
  concentrator_id: string | null;
  password_hash: string;
  is_first: boolean;
}

const SELECT = `
  SELECT client, dialect, serial_number, concentrator_id, password_hash,
         NOT EXISTS (SELECT FROM mqtt_client earlier WHERE earlier.dialect = mqtt_client.dialect
                     AND NOT earlier.is_revoked AND earlier.since < mqtt_client.since) AS is_first
  FROM mqtt_client WHERE NOT is_revoked`;

@Injectable()
export class MqttClients {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** All that are not revoked, by name. */
  async all(): Promise<MqttClient[]> {
    const { rows } = await this.pool.query<ClientRow>(`${SELECT} ORDER BY client COLLATE "C"`);
    return rows.map(clientOf);
  }

  /** Changes whenever {@link all} does. */
  async version(): Promise<string> {
    const { rows } = await this.pool.query<{ version: string }>(
      `SELECT concat(count(*), ' ', max(position)) AS version FROM mqtt_client`,
    );
    return rows[0]!.version;
  }

  async named(client: string): Promise<MqttClient | undefined> {
    const { rows } = await this.pool.query<ClientRow>({
      name: 'mqtt-client',
      text: `${SELECT} AND client = $1`,
      values: [client],
    });
    return rows[0] && clientOf(rows[0]);
  }

  /** The one who has had a login in a dialect for the longest time. */
  async firstOf(dialect: string): Promise<MqttClient | undefined> {
    const { rows } = await this.pool.query<ClientRow>({
      name: 'first-mqtt-client',
      text: `${SELECT} AND dialect = $1 ORDER BY since LIMIT 1`,
      values: [dialect],
    });
    return rows[0] && clientOf(rows[0]);
  }
}

export async function noteIssued(db: Queryable, fact: MqttCredentialIssued, position: string): Promise<void> {
  await db.query(
    `INSERT INTO mqtt_client AS known (client, dialect, serial_number, concentrator_id, password_hash, is_revoked, since, position)
     VALUES ($1, $2, $3, $4, $5, false, $6, $6)
     ON CONFLICT (client) DO UPDATE SET dialect = EXCLUDED.dialect, serial_number = EXCLUDED.serial_number,
       concentrator_id = EXCLUDED.concentrator_id, password_hash = EXCLUDED.password_hash, is_revoked = false,
       since = CASE WHEN known.is_revoked THEN EXCLUDED.since ELSE known.since END, position = EXCLUDED.position
     WHERE known.position < EXCLUDED.position`,
    [
      fact.client,
      dialectName(fact.dialect),
      fact.serialNumber || null,
      fact.concentratorId || null,
      fact.passwordHash,
      position,
    ],
  );
}

export async function noteRevoked(
  db: Queryable,
  fact: MqttCredentialRevoked,
  position: string,
): Promise<void> {
  await db.query(
    `INSERT INTO mqtt_client AS known (client, is_revoked, since, position) VALUES ($1, true, $2, $2)
     ON CONFLICT (client) DO UPDATE SET is_revoked = true, password_hash = '', position = EXCLUDED.position
     WHERE known.position < EXCLUDED.position`,
    [fact.client, position],
  );
}

/** Empty for one that this version does not know. */
const dialectName = (dialect: MqttDialect): string =>
  Object.entries(MqttDialect).find(([, number]) => number === dialect)?.[0] ?? '';

const clientOf = (row: ClientRow): MqttClient => ({
  client: row.client,
  dialect: row.dialect,
  serialNumber: row.serial_number ?? undefined,
  concentratorId: row.concentrator_id ?? undefined,
  passwordHash: row.password_hash,
  isFirst: row.is_first,
});
