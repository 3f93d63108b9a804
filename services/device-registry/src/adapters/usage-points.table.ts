import { Inject, Injectable } from '@nestjs/common';
import { serviceKindName, type UsagePointRegistered } from '@metermesh/contracts';
import type { ServiceKind } from '@metermesh/metering';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';

export interface UsagePointRow {
  id: string;
  serviceKind: ServiceKind;
  timeZone: string;
  address: string;
  feeder: string | null;
}

const COLUMNS = 'id, service_kind AS "serviceKind", time_zone AS "timeZone", address, feeder';

/** Which usage points are there? */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(id: string): Promise<UsagePointRow | undefined> {
    return (await this.byId([id])).get(id);
  }

  async byId(ids: readonly string[]): Promise<Map<string, UsagePointRow>> {
    const { rows } = await this.pool.query<UsagePointRow>(
      `SELECT ${COLUMNS} FROM usage_point WHERE id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** One more row than the page holds, if there is one. @param visible ids that may be listed, undefined: all */
  async page({ limit, after }: Page, visible: readonly string[] | undefined): Promise<UsagePointRow[]> {
    const { rows } = await this.pool.query<UsagePointRow>(
      `SELECT ${COLUMNS} FROM usage_point
       WHERE ($1::text IS NULL OR id > $1) AND ($2::text[] IS NULL OR id = ANY ($2)) ORDER BY id LIMIT $3`,
      [after ?? null, visible ?? null, limit + 1],
    );
    return rows;
  }
}

export async function addUsagePoint(client: pg.PoolClient, event: UsagePointRegistered): Promise<void> {
  await client.query(
    `INSERT INTO usage_point (id, service_kind, time_zone, address, feeder) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO NOTHING`,
    [
      event.usagePointId,
      serviceKindName(event.serviceKind),
      event.timeZone,
      event.address,
      event.feeder || null,
    ],
  );
}
