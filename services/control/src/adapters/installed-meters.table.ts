import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { MeterInstalled, MeterRemoved } from '@metermesh/contracts';
import { readingTypeOfChannel, submeterOfChannel } from '@metermesh/metering';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

/** Which meter of the supply stands at a usage point now? Sub-meters and sensors beside it switch nothing that is supplied. */
@Injectable()
export class InstalledMeters {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async at(usagePointId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ serial_number: string }>(
      `SELECT serial_number FROM installed_meter WHERE usage_point_id = $1 AND removed_at IS NULL AND measures_supply
       ORDER BY installed_at DESC LIMIT 1`,
      [usagePointId],
    );
    return rows[0]?.serial_number;
  }

  /** Whether the meter stands there now, and nowhere else: one that moved would switch somebody else's supply. */
  async isAt(serialNumber: string, usagePointId: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ usage_point_id: string }>(
      'SELECT DISTINCT usage_point_id FROM installed_meter WHERE serial_number = $1 AND removed_at IS NULL',
      [serialNumber],
    );
    return rows.length === 1 && rows[0]!.usage_point_id === usagePointId;
  }
}

export async function noteInstalled(client: pg.PoolClient, fact: MeterInstalled): Promise<void> {
  await client.query(
    `INSERT INTO installed_meter (serial_number, usage_point_id, installed_at, measures_supply) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [
      fact.serialNumber,
      fact.usagePointId,
      timestampDate(fact.installedAt!),
      measuresSupply(fact.readingTypes),
    ],
  );
}

const measuresSupply = (channels: readonly string[]): boolean =>
  channels.some(
    (code) => !submeterOfChannel(code) && readingTypeOfChannel(code)?.serviceKind !== 'ENVIRONMENT',
  );

/** Throws where the installation is not known yet, so that the fact is delivered again after it. */
export async function noteRemoved(client: pg.PoolClient, fact: MeterRemoved): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE installed_meter SET removed_at = $3
     WHERE serial_number = $1 AND usage_point_id = $2 AND removed_at IS NULL AND installed_at <= $3`,
    [fact.serialNumber, fact.usagePointId, timestampDate(fact.removedAt!)],
  );
  if (rowCount === 0)
    throw new Error(
      `The installation of meter ${fact.serialNumber} at ${fact.usagePointId} is not known yet.`,
    );
}
