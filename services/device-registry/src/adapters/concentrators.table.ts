import { Inject, Injectable } from '@nestjs/common';
import type { ConcentratorRegistered } from '@metermesh/contracts';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';

export interface ConcentratorRow {
  id: string;
  manufacturer: string;
  networkAddress: string;
}

const COLUMNS = 'id, manufacturer, network_address AS "networkAddress"';

/** Which concentrators are there, and how are they reached? */
@Injectable()
export class Concentrators {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(id: string): Promise<ConcentratorRow | undefined> {
    return (await this.byId([id])).get(id);
  }

  async byId(ids: readonly string[]): Promise<Map<string, ConcentratorRow>> {
    const { rows } = await this.pool.query<ConcentratorRow>(
      `SELECT ${COLUMNS} FROM concentrator WHERE id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** One more row than the page holds, if there is one. */
  async page({ limit, after }: Page): Promise<ConcentratorRow[]> {
    const { rows } = await this.pool.query<ConcentratorRow>(
      `SELECT ${COLUMNS} FROM concentrator WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT $2`,
      [after ?? null, limit + 1],
    );
    return rows;
  }
}

export async function addConcentrator(client: pg.PoolClient, event: ConcentratorRegistered): Promise<void> {
  await client.query(
    'INSERT INTO concentrator (id, manufacturer, network_address) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
    [event.concentratorId, event.manufacturer, event.networkAddress],
  );
}
