import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { ListedBill } from '../projections/bill.ts';

type Named = Pick<ListedBill, 'id' | 'agreementId' | 'periodStart'>;

export interface EarlierBills {
  /** Of the period before. */
  before?: Named;
  /** Of the same month of the year before. */
  yearBefore?: Named;
}

/** How far the beginnings of "the same month" may lie apart: billing days move. */
const SAME_MONTH_DAYS = 15;

/** Which bills, of those that count, is a bill compared with: of the same customer at the same usage point? */
@Injectable()
export class EarlierBillsTable {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async of({ usagePointId, customerId, periodStart }: ListedBill): Promise<EarlierBills> {
    const { rows } = await this.pool.query<Named & { which: keyof EarlierBills }>(
      `WITH earlier AS (
         SELECT id, agreement_id AS "agreementId", period_start AS "periodStart",
           abs(period_start - ($3::date - interval '1 year')::date) AS days
         FROM bill
         WHERE usage_point_id = $1 AND customer_id = $2 AND status = 'ISSUED' AND period_end <= $3
           AND period_start >= $3::date - interval '14 months'
       )
       (SELECT 'before' AS which, * FROM earlier ORDER BY "periodStart" DESC LIMIT 1)
       UNION ALL
       (SELECT 'yearBefore', * FROM earlier WHERE days <= $4 ORDER BY days LIMIT 1)`,
      [usagePointId, customerId, periodStart, SAME_MONTH_DAYS],
    );
    const found = Object.fromEntries(rows.map(({ which, ...bill }) => [which, bill])) as EarlierBills;
    return found.before?.id === found.yearBefore?.id ? { before: found.before } : found;
  }
}
