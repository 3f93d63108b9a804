import { Inject, Injectable } from '@nestjs/common';
import type { BillCancelled } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { ListedBill } from '../projections/bill.ts';
import type { PeriodPage } from './period-page.ts';

const SELECT = `SELECT id, agreement_id AS "agreementId", customer_id AS "customerId", usage_point_id AS "usagePointId",
  tariff_id AS "tariffId", period_start AS "periodStart", period_end AS "periodEnd", time_zone AS "timeZone", currency,
  total::text, issued_at AS "issuedAt", issued_by AS "issuedBy", revision, status, due_on AS "dueOn", replaces,
  replaced_by AS "replacedBy", is_disputed AS "isDisputed" FROM bill`;

/** Which bills were issued, and which of them count? */
@Injectable()
export class Bills {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(ids: readonly string[]): Promise<Map<string, ListedBill>> {
    const { rows } = await this.pool.query<ListedBill>(`${SELECT} WHERE id = ANY ($1)`, [ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Refusal: `BILL_NOT_FOUND`. */
  async known(id: string): Promise<ListedBill | Refusal> {
    const bill = (await this.byId([id])).get(id);
    return bill ?? refuse('BILL_NOT_FOUND', `There is no bill ${JSON.stringify(id)}.`);
  }

  /** The bills that count of cycles, by `{agreement} {period start}`. */
  async ofCycles(cycles: readonly string[]): Promise<Map<string, ListedBill>> {
    const { rows } = await this.pool.query<ListedBill>(
      `${SELECT} WHERE status = 'ISSUED' AND (agreement_id, period_start) IN (
         SELECT split_part(cycle, ' ', 1), split_part(cycle, ' ', 2)::date FROM unnest($1::text[]) AS cycle)`,
      [cycles],
    );
    return new Map(rows.map((row) => [`${row.agreementId} ${row.periodStart}`, row]));
  }

  /** Latest period first, one more than the page holds if there is one. @param customerId undefined: of all customers */
  async page(
    { limit, after }: PeriodPage,
    customerId?: string,
    usagePointId?: string | null,
  ): Promise<ListedBill[]> {
    const { rows } = await this.pool.query<ListedBill>(
      `${SELECT} WHERE ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR usage_point_id = $2)
         AND ($3::date IS NULL OR (period_start, id) < ($3, $4))
       ORDER BY period_start DESC, id DESC LIMIT $5`,
      [customerId ?? null, usagePointId ?? null, after?.periodStart ?? null, after?.id ?? null, limit + 1],
    );
    return rows;
  }

  /** The latest bills of each usage point, latest first. @param customerId undefined: of all customers */
  async latestOf(
    usagePointIds: readonly string[],
    most: number,
    customerId?: string,
  ): Promise<Map<string, ListedBill[]>> {
    const { rows } = await this.pool.query<ListedBill>(
      `SELECT latest.* FROM unnest($1::text[]) AS wanted (usage_point) CROSS JOIN LATERAL (
         ${SELECT} WHERE usage_point_id = wanted.usage_point AND ($2::text IS NULL OR customer_id = $2)
         ORDER BY period_start DESC, id DESC LIMIT $3
       ) AS latest`,
      [usagePointIds, customerId ?? null, most],
    );
    return Map.groupBy(rows, ({ usagePointId }) => usagePointId);
  }
}

export async function cancelBill(
  client: pg.PoolClient,
  { billId, replacedBy }: BillCancelled,
): Promise<void> {
  await client.query(`UPDATE bill SET status = 'CANCELLED', replaced_by = nullif($2, '') WHERE id = $1`, [
    billId,
    replacedBy,
  ]);
}

export async function setDisputed(client: pg.PoolClient, billId: string, isDisputed: boolean): Promise<void> {
  await client.query('UPDATE bill SET is_disputed = $2 WHERE id = $1', [billId, isDisputed]);
}
