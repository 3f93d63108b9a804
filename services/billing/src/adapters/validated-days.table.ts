import { Inject, Injectable } from '@nestjs/common';
import type { LoadProfileValidated } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Period } from '../domain/rating/period.ts';
import type { ValidatedDay } from '../domain/billing-cycle/validated-day.ts';

interface Row extends Omit<ValidatedDay, 'version' | 'startsAt' | 'quantity'> {
  version: string;
  startsAt: Date;
  quantity: string;
}

const COLUMNS = `local_date AS date, version, event_id AS "eventId", reading_event_ids AS "readingEventIds",
  starts_at AS "startsAt", interval_seconds AS "intervalSeconds", cardinality(interval_values) AS intervals, quantity,
  missing_intervals AS "missingIntervals", suspect_intervals AS "suspectIntervals", estimated_intervals AS "estimatedIntervals"`;

/** What was used on which local day, as validated? The highest version of each day, whatever the order of arrival. */
@Injectable()
export class ValidatedDays {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async ofPeriod(usagePointId: string, readingType: string, { start, end }: Period): Promise<ValidatedDay[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${COLUMNS} FROM validated_day
       WHERE usage_point_id = $1 AND reading_type = $2 AND local_date >= $3 AND local_date < $4 ORDER BY local_date`,
      [usagePointId, readingType, start, end],
    );
    return rows.map((row) => ({
      ...row,
      version: BigInt(row.version),
      startsAt: row.startsAt.getTime(),
      quantity: Number(row.quantity),
    }));
  }

  async keep({ usagePointId, day: block }: LoadProfileValidated, day: ValidatedDay): Promise<void> {
    await this.pool.query(
      `INSERT INTO validated_day AS known (usage_point_id, reading_type, local_date, version, event_id, reading_event_ids,
         starts_at, interval_seconds, interval_values, qualities, quantity, missing_intervals, suspect_intervals, estimated_intervals)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (usage_point_id, reading_type, local_date) DO UPDATE SET
         version = EXCLUDED.version, event_id = EXCLUDED.event_id, reading_event_ids = EXCLUDED.reading_event_ids,
         starts_at = EXCLUDED.starts_at, interval_seconds = EXCLUDED.interval_seconds,
         interval_values = EXCLUDED.interval_values, qualities = EXCLUDED.qualities, quantity = EXCLUDED.quantity,
         missing_intervals = EXCLUDED.missing_intervals, suspect_intervals = EXCLUDED.suspect_intervals,
         estimated_intervals = EXCLUDED.estimated_intervals
       WHERE known.version < EXCLUDED.version`,
      [
        usagePointId,
        block!.readingType,
        day.date,
        day.version.toString(),
        day.eventId,
        day.readingEventIds,
        new Date(day.startsAt),
        day.intervalSeconds,
        block!.values,
        Buffer.from(block!.qualities),
        day.quantity,
        day.missingIntervals,
        day.suspectIntervals,
        day.estimatedIntervals,
      ],
    );
  }
}
