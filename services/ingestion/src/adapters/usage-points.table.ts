import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { MeterChannel } from '../domain/known-meter.ts';

/** Usage points as far as their readings need them. */
@Injectable()
export class UsagePoints {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async timeZone(usagePointId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ time_zone: string }>(
      'SELECT time_zone FROM usage_point WHERE usage_point_id = $1',
      [usagePointId],
    );
    return rows[0]?.time_zone;
  }

  /** Reading types that meters measured or measure there. */
  async channels(usagePointId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ channels: MeterChannel[] }>(
      `SELECT channels FROM meter WHERE serial_number IN (SELECT serial_number FROM meter_movement WHERE usage_point_id = $1)`,
      [usagePointId],
    );
    return [
      ...new Set(rows.flatMap(({ channels }) => channels.map(({ readingType }) => readingType))),
    ].sort();
  }
}
