import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type { ServiceKind } from '@metermesh/metering';
import type pg from 'pg';

export interface UsagePointRow {
  serviceKind: ServiceKind;
  timeZone: string;
}

/** In which time zone does a usage point lie, and what is it supplied with? */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<UsagePointRow | undefined> {
    const { rows } = await this.pool.query<UsagePointRow>(
      'SELECT service_kind AS "serviceKind", time_zone AS "timeZone" FROM usage_point WHERE id = $1',
      [id],
    );
    return rows[0];
  }

  async registered(id: string, { serviceKind, timeZone }: UsagePointRow): Promise<void> {
    await this.pool.query(
      'INSERT INTO usage_point (id, service_kind, time_zone) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      [id, serviceKind, timeZone],
    );
  }
}
