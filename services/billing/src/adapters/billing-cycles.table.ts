import { Inject, Injectable } from '@nestjs/common';
import type {
  BillingCycleHeld,
  BillingCycleOpened,
  BillingDeterminantsFixed,
  BillIssued,
  Period,
} from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillingCycleStatus } from '../domain/billing-cycle/billing-cycle.ts';
import { shownDeterminant } from '../projections/bill.ts';
import type { PeriodPage } from './period-page.ts';

export interface BillingCycleRow {
  agreementId: string;
  periodStart: string;
  periodEnd: string;
  status: BillingCycleStatus;
  holdReasons: { code: string; message: string }[];
}

/** How far is the billing of which period, and what holds it up? */
@Injectable()
export class BillingCycles {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Latest period first, one more than the page holds if there is one. @param customerId undefined: of all customers */
  async page(
    { limit, after }: PeriodPage,
    customerId?: string,
    status?: BillingCycleStatus | null,
  ): Promise<BillingCycleRow[]> {
    const { rows } = await this.pool.query<BillingCycleRow>(
      `SELECT agreement_id AS "agreementId", period_start AS "periodStart", period_end AS "periodEnd", status,
         hold_reasons AS "holdReasons"
       FROM billing_cycle WHERE ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR status = $2)
         AND ($3::date IS NULL OR (period_start, agreement_id) < ($3, $4))
       ORDER BY period_start DESC, agreement_id DESC LIMIT $5`,
      [customerId ?? null, status ?? null, after?.periodStart ?? null, after?.id ?? null, limit + 1],
    );
    return rows;
  }
}

export async function openCycle(client: pg.PoolClient, event: BillingCycleOpened): Promise<void> {
  const { agreementId, period, customerId, usagePointId, timeZone } = event;
  await client.query(
    `INSERT INTO billing_cycle (agreement_id, period_start, period_end, customer_id, usage_point_id, time_zone, status)
     VALUES ($1, $2, $3, $4, $5, $6, 'OPEN') ON CONFLICT (agreement_id, period_start) DO UPDATE SET
       period_end = EXCLUDED.period_end, customer_id = EXCLUDED.customer_id, usage_point_id = EXCLUDED.usage_point_id,
       time_zone = EXCLUDED.time_zone`,
    [agreementId, period!.start, period!.end, customerId, usagePointId, timeZone],
  );
}

export async function holdCycle(
  client: pg.PoolClient,
  { agreementId, period, reasons }: BillingCycleHeld,
): Promise<void> {
  const shown = JSON.stringify(reasons.map(({ code, message }) => ({ code, message })));
  await update(client, agreementId, period, `status = 'HELD', hold_reasons = $3`, shown);
}

export async function fixDeterminants(client: pg.PoolClient, event: BillingDeterminantsFixed): Promise<void> {
  const shown = JSON.stringify(event.determinants.map(shownDeterminant));
  await update(
    client,
    event.agreementId,
    event.period,
    `status = 'OPEN', hold_reasons = '[]', determinants = $3`,
    shown,
  );
}

export async function markBilled(client: pg.PoolClient, { agreementId, period }: BillIssued): Promise<void> {
  await update(client, agreementId, period, `status = 'BILLED'`);
}

async function update(
  client: pg.PoolClient,
  agreementId: string,
  period: Period | undefined,
  set: string,
  ...values: string[]
) {
  await client.query(`UPDATE billing_cycle SET ${set} WHERE agreement_id = $1 AND period_start = $2`, [
    agreementId,
    period!.start,
    ...values,
  ]);
}
