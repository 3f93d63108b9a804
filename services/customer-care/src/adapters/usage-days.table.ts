import { Inject, Injectable } from '@nestjs/common';
import type { LoadProfileValidated } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { UsageDay } from '../domain/forecast.ts';
import { dayTotal } from '../domain/usage-day.ts';

/** What was used on which local day? */
@Injectable()
export class UsageDays {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Facts may come again and in any order: of each day the highest version stays. */
  async note({ usagePointId, localDate, version, day }: LoadProfileValidated): Promise<void> {
    const { total, known, missing } = dayTotal(day!);
    await this.pool.query(
      `INSERT INTO usage_day (usage_point_id, reading_type, local_date, version, total, known, missing)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (usage_point_id, reading_type, local_date) DO UPDATE
       SET version = EXCLUDED.version, total = EXCLUDED.total, known = EXCLUDED.known, missing = EXCLUDED.missing
       WHERE usage_day.version < EXCLUDED.version`,
      [usagePointId, day!.readingType, localDate, version, total, known, missing],
    );
  }

  async within(
    usagePointId: string,
    readingType: string,
    { start, end }: BillingPeriod,
  ): Promise<UsageDay[]> {
    const { rows } = await this.pool.query<UsageDay>(
      `SELECT local_date AS date, total::float8, known, missing FROM usage_day
       WHERE usage_point_id = $1 AND reading_type = $2 AND local_date >= $3 AND local_date < $4`,
      [usagePointId, readingType, start, end],
    );
    return rows;
  }
}
