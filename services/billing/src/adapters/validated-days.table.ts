import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { ValidatedDay } from '../domain/billing-cycle/validated-day.ts';
import type { Period } from '../domain/rating/period.ts';
import { packDay } from './packed-day.ts';
import { validatedDaysOf, type DaysByReadingType } from './validated-days-of.ts';

/** What was used on which local day, as validated? The highest version of each day, whatever the order of arrival. */
@Injectable()
export class ValidatedDays {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** By reading type those that are there, in order of date; of the types without any there is no entry. */
  async ofPeriod(
    usagePointId: string,
    readingTypes: readonly string[],
    { start, end }: Pick<Period, 'start' | 'end'>,
  ): Promise<DaysByReadingType> {
    const [days] = await validatedDaysOf(this.pool, [{ usagePointId, readingTypes, start, end }]);
    return days!;
  }

  /**
   * Keeps a day unless it is known in this version or a higher one. Answers whether it is the first of its date, took the place of
   * a lower one, or is not needed.
   *
   * @param database a transaction's client, where it is to be kept within one
   */
  async keep(
    usagePointId: string,
    readingType: string,
    day: ValidatedDay,
    database: Pick<pg.ClientBase, 'query'> = this.pool,
  ): Promise<'first' | 'newer' | 'known'> {
    const { rows } = await database.query<{ replaced: boolean }>(
      `INSERT INTO validated_day AS known (usage_point_id, reading_type, local_date, version, day)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (usage_point_id, reading_type, local_date) DO UPDATE SET version = EXCLUDED.version, day = EXCLUDED.day
       WHERE known.version < EXCLUDED.version RETURNING xmax <> 0 AS replaced`,
      [usagePointId, readingType, day.date, day.version.toString(), packDay(day)],
    );
    if (!rows[0]) return 'known';
    return rows[0].replaced ? 'newer' : 'first';
  }
}
