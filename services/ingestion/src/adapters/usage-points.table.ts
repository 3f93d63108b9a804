import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import { channelCode } from '@metermesh/metering';
import type pg from 'pg';
import type { MeterChannel } from '../domain/known-meter.ts';
import type { Submeter } from '../projections/submetering.ts';

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

  /** Codes of the channels that meters filled or fill there. */
  async channels(usagePointId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ channels: MeterChannel[]; submeter: string }>(
      `SELECT DISTINCT channels, submeter FROM meter JOIN installation USING (serial_number) WHERE usage_point_id = $1`,
      [usagePointId],
    );
    return [
      ...new Set(
        rows.flatMap(({ channels, submeter }) =>
          channels.map(({ readingType }) => channelCode(readingType, submeter)),
        ),
      ),
    ].sort();
  }

  /** The parts of the supply that sub-meters of a reading type measured or measure there, and when. */
  async submeters(usagePointId: string, readingType: string): Promise<Submeter[]> {
    const { rows } = await this.pool.query<{ name: string; from: Date; to: Date | null }>(
      `SELECT submeter AS name, installed_at AS from, removed_at AS to FROM installation JOIN meter USING (serial_number)
       WHERE usage_point_id = $1 AND submeter <> '' AND channels @> jsonb_build_array(jsonb_build_object('readingType', $2::text))
       ORDER BY submeter, installed_at`,
      [usagePointId, readingType],
    );
    return [...Map.groupBy(rows, ({ name }) => name)].map(([name, stays]) => ({
      name,
      stays: stays.map(({ from, to }) => ({ from: from.getTime(), to: to?.getTime() ?? Infinity })),
    }));
  }
}
