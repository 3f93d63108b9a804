import { Inject, Injectable } from '@nestjs/common';
import { serviceKindName, type UsagePointRegistered } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type { ServiceKind } from '@metermesh/metering';
import type pg from 'pg';

export interface UsagePointRow {
  id: string;
  serviceKind: ServiceKind;
  timeZone: string;
}

/** Which usage points are there, and in which time zones? */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async note({ usagePointId, serviceKind, timeZone }: UsagePointRegistered): Promise<void> {
    await this.pool.query(
      'INSERT INTO usage_point (id, service_kind, time_zone) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      [usagePointId, serviceKindName(serviceKind), timeZone],
    );
  }

  async byId(ids: readonly string[]): Promise<Map<string, UsagePointRow>> {
    const { rows } = await this.pool.query<UsagePointRow>(
      'SELECT id, service_kind AS "serviceKind", time_zone AS "timeZone" FROM usage_point WHERE id = ANY ($1)',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
