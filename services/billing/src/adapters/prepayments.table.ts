import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import type { PrepaymentEntry } from '../projections/prepayment-entry.ts';

export interface PrepaymentEntryRow extends PrepaymentEntry {
  position: string;
  recordedAt: Date;
}

/** Which periods are prepaid, what changed the balance, and whose supply is at stake? */
@Injectable()
export class PrepaymentTable {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** First day of the latest period whose prepayment was opened, as far as it is known here by now. */
  async latestPeriod(agreementId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ start: string | null }>(
      'SELECT max(period_start) AS start FROM prepayment WHERE agreement_id = $1',
      [agreementId],
    );
    return rows[0]!.start ?? undefined;
  }

  /** Latest first, one more than the page holds if there is one. */
  async entries(agreementId: string, { limit, after }: Page): Promise<PrepaymentEntryRow[]> {
    const { rows } = await this.pool.query<PrepaymentEntryRow>(
      `SELECT position, kind, amount::text, balance::text, to_date_total::text AS "toDateTotal", local_date AS date, reference,
         recorded_at AS "recordedAt"
       FROM prepayment_entry WHERE agreement_id = $1 AND ($2::text IS NULL OR position < $2)
       ORDER BY position DESC LIMIT $3`,
      [agreementId, after ?? null, limit + 1],
    );
    return rows;
  }

  /** Those whose disconnection may be asked for by now. */
  async disconnectable(now: Date, most: number): Promise<{ agreementId: string; periodStart: string }[]> {
    const { rows } = await this.pool.query<{ agreementId: string; periodStart: string }>(
      `SELECT agreement_id AS "agreementId", period_start AS "periodStart" FROM prepayment
       WHERE disconnect_from <= $1 ORDER BY disconnect_from LIMIT $2`,
      [now, most],
    );
    return rows;
  }

  async postpone(agreementId: string, periodStart: string, until: Date): Promise<void> {
    await this.pool.query(
      `UPDATE prepayment SET disconnect_from = $3
       WHERE agreement_id = $1 AND period_start = $2 AND disconnect_from IS NOT NULL`,
      [agreementId, periodStart, until],
    );
  }
}
