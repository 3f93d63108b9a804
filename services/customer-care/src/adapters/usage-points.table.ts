import { Inject, Injectable } from '@nestjs/common';
import { ServiceKind, type UsagePointRegistered } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type { ServiceKind as ServiceKindName } from '@metermesh/metering';
import type pg from 'pg';

export interface UsagePointRow {
  id: string;
  serviceKind: ServiceKindName;
  timeZone: string;
}

const NAMES: Readonly<Record<number, ServiceKindName>> = {
  [ServiceKind.ELECTRICITY]: 'ELECTRICITY',
  [ServiceKind.GAS]: 'GAS',
  [ServiceKind.WATER]: 'WATER',
};

/** Which usage points are there, and in which time zones? */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async note({ usagePointId, serviceKind, timeZone }: UsagePointRegistered): Promise<void> {
    const kind = NAMES[serviceKind];
    if (!kind) throw new RangeError(`No service kind has the number ${serviceKind}.`);
    await this.pool.query(
      'INSERT INTO usage_point (id, service_kind, time_zone) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      [usagePointId, kind, timeZone],
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
