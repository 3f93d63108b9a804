import { Inject, Injectable } from '@nestjs/common';
import type { UsagePointRegistered } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

/** In which time zone is a usage point? */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async note({ usagePointId, timeZone }: UsagePointRegistered): Promise<void> {
    await this.pool.query(
      'INSERT INTO usage_point (id, time_zone) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
      [usagePointId, timeZone],
    );
  }

  async timeZone(id: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ time_zone: string }>(
      'SELECT time_zone FROM usage_point WHERE id = $1',
      [id],
    );
    return rows[0]?.time_zone;
  }
}
