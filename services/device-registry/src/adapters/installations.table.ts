import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { MeterInstalled, MeterRemoved, RegisterValue } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { decimalOf, type RegisterRead } from '../domain/register-value.ts';

export interface InstallationRow {
  usagePointId: string;
  serialNumber: string;
  installedAt: Date;
  removedAt: Date | null;
  /** Null for a meter of the supply itself. */
  submeter: string | null;
  installRegisterReads: RegisterRead[];
  removeRegisterReads: RegisterRead[];
}

const COLUMNS = `usage_point_id AS "usagePointId", serial_number AS "serialNumber", installed_at AS "installedAt",
  removed_at AS "removedAt", submeter, install_register_reads AS "installRegisterReads", remove_register_reads AS "removeRegisterReads"`;

/** Which meter was installed where, from when to when? */
@Injectable()
export class Installations {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Latest first. */
  async ofUsagePoints(ids: readonly string[]): Promise<Map<string, InstallationRow[]>> {
    return Map.groupBy(await this.where('usage_point_id', ids), (row) => row.usagePointId);
  }

  /** Latest first. */
  async ofMeters(serialNumbers: readonly string[]): Promise<Map<string, InstallationRow[]>> {
    return Map.groupBy(await this.where('serial_number', serialNumbers), (row) => row.serialNumber);
  }

  private async where(
    column: 'usage_point_id' | 'serial_number',
    keys: readonly string[],
  ): Promise<InstallationRow[]> {
    const { rows } = await this.pool.query<InstallationRow>(
      `SELECT ${COLUMNS} FROM installation WHERE ${column} = ANY ($1) ORDER BY installed_at DESC, serial_number`,
      [keys],
    );
    return rows;
  }
}

export async function beginInstallation(client: pg.PoolClient, event: MeterInstalled): Promise<void> {
  await client.query(
    `INSERT INTO installation (usage_point_id, serial_number, installed_at, install_register_reads, submeter)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [
      event.usagePointId,
      event.serialNumber,
      timestampDate(event.installedAt!),
      readsOf(event.registerReads),
      event.submeter || null,
    ],
  );
}

export async function endInstallation(client: pg.PoolClient, event: MeterRemoved): Promise<void> {
  await client.query(
    `UPDATE installation SET removed_at = $3, remove_register_reads = $4
     WHERE usage_point_id = $1 AND serial_number = $2 AND removed_at IS NULL`,
    [event.usagePointId, event.serialNumber, timestampDate(event.removedAt!), readsOf(event.registerReads)],
  );
}

const readsOf = (registers: readonly RegisterValue[]): string =>
  JSON.stringify(
    registers.map((each): RegisterRead => ({ obis: each.obis, value: decimalOf(each), unit: each.unit })),
  );
