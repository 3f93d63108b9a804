import { Inject, Injectable } from '@nestjs/common';
import type { MqttCredentialIssued, MqttCredentialRevoked } from '@metermesh/contracts';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import { mqttDialectName, type MqttDialectName } from '../domain/mqtt-client.ts';

export interface MqttCredentialRow {
  client: string;
  dialect: MqttDialectName;
  serialNumber: string | null;
  concentratorId: string | null;
  issuedBy: string;
  issuedAt: Date;
  revokedBy: string | null;
  revokedAt: Date | null;
  revocationReason: string | null;
}

const COLUMNS = `client, dialect, serial_number AS "serialNumber", concentrator_id AS "concentratorId",
  issued_by AS "issuedBy", issued_at AS "issuedAt", revoked_by AS "revokedBy", revoked_at AS "revokedAt",
  revocation_reason AS "revocationReason"`;

/** Who may log in at the MQTT broker, and for whom does he speak? */
@Injectable()
export class MqttCredentials {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(client: string): Promise<MqttCredentialRow | undefined> {
    const { rows } = await this.pool.query<MqttCredentialRow>(
      `SELECT ${COLUMNS} FROM mqtt_credential WHERE client = $1`,
      [client],
    );
    return rows[0];
  }

  /** One more row than the page holds, if there is one. */
  async page({ limit, after }: Page): Promise<MqttCredentialRow[]> {
    const { rows } = await this.pool.query<MqttCredentialRow>(
      `SELECT ${COLUMNS} FROM mqtt_credential WHERE $1::text IS NULL OR client > $1 ORDER BY client LIMIT $2`,
      [after ?? null, limit + 1],
    );
    return rows;
  }
}

export async function noteIssued(
  client: pg.PoolClient,
  event: MqttCredentialIssued,
  at: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO mqtt_credential (client, dialect, serial_number, concentrator_id, issued_by, issued_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (client) DO UPDATE SET dialect = EXCLUDED.dialect, serial_number = EXCLUDED.serial_number,
       concentrator_id = EXCLUDED.concentrator_id, issued_by = EXCLUDED.issued_by, issued_at = EXCLUDED.issued_at,
       revoked_by = NULL, revoked_at = NULL, revocation_reason = NULL`,
    [
      event.client,
      mqttDialectName(event.dialect),
      event.serialNumber || null,
      event.concentratorId || null,
      event.issuedBy,
      at,
    ],
  );
}

export async function noteRevoked(
  client: pg.PoolClient,
  event: MqttCredentialRevoked,
  at: Date,
): Promise<void> {
  await client.query(
    'UPDATE mqtt_credential SET revoked_by = $2, revoked_at = $3, revocation_reason = $4 WHERE client = $1',
    [event.client, event.revokedBy, at, event.reason],
  );
}
