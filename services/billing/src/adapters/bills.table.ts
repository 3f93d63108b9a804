import { Inject, Injectable } from '@nestjs/common';
import type { BillIssued } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { issuedBill, type Bill } from '../projections/bill.ts';
import type { PeriodPage } from './period-page.ts';

const SELECT = `SELECT bill.id, agreement_id AS "agreementId", bill.customer_id AS "customerId",
  bill.usage_point_id AS "usagePointId", tariff_id AS "tariffId", period_start AS "periodStart", bill.period_end AS "periodEnd",
  time_zone AS "timeZone", currency, total::text, lines, determinants, issued_at AS "issuedAt", issued_by AS "issuedBy"
  FROM bill JOIN billing_cycle USING (agreement_id, period_start)`;

/** Which bills were issued, and what stands in them? */
@Injectable()
export class Bills {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(ids: readonly string[]): Promise<Map<string, Bill>> {
    const { rows } = await this.pool.query<Bill>(`${SELECT} WHERE bill.id = ANY ($1)`, [ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Latest period first, one more than the page holds if there is one. @param customerId undefined: of all customers */
  async page(
    { limit, after }: PeriodPage,
    customerId?: string,
    usagePointId?: string | null,
  ): Promise<Bill[]> {
    const { rows } = await this.pool.query<Bill>(
      `${SELECT} WHERE ($1::text IS NULL OR bill.customer_id = $1) AND ($2::text IS NULL OR bill.usage_point_id = $2)
         AND ($3::date IS NULL OR (period_start, bill.id) < ($3, $4))
       ORDER BY period_start DESC, bill.id DESC LIMIT $5`,
      [customerId ?? null, usagePointId ?? null, after?.periodStart ?? null, after?.id ?? null, limit + 1],
    );
    return rows;
  }

  /** The latest bills of each usage point, latest first. @param customerId undefined: of all customers */
  async latestOf(
    usagePointIds: readonly string[],
    most: number,
    customerId?: string,
  ): Promise<Map<string, Bill[]>> {
    const { rows } = await this.pool.query<Bill>(
      `SELECT latest.* FROM unnest($1::text[]) AS wanted (id) CROSS JOIN LATERAL (
         ${SELECT} WHERE bill.usage_point_id = wanted.id AND ($2::text IS NULL OR bill.customer_id = $2)
         ORDER BY period_start DESC, bill.id DESC LIMIT $3
       ) AS latest`,
      [usagePointIds, customerId ?? null, most],
    );
    return Map.groupBy(rows, ({ usagePointId }) => usagePointId);
  }
}

export async function addBill(client: pg.PoolClient, event: BillIssued): Promise<void> {
  const bill = issuedBill(event);
  await client.query(
    `INSERT INTO bill (id, agreement_id, customer_id, usage_point_id, tariff_id, period_start, period_end, currency, total,
       lines, issued_at, issued_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
    [
      bill.id,
      bill.agreementId,
      bill.customerId,
      bill.usagePointId,
      bill.tariffId,
      bill.periodStart,
      bill.periodEnd,
      bill.currency,
      bill.total,
      JSON.stringify(bill.lines),
      bill.issuedAt,
      bill.issuedBy,
    ],
  );
}
