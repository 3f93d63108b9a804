import { Inject, Injectable } from '@nestjs/common';
import type { HoldReason, Period } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillingCycleStatus } from '../domain/billing-cycle/billing-cycle.ts';
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

/** A cycle as its events name it. */
export interface CycleKey {
  agreementId: string;
  period?: Period | undefined;
}

/** @param reasons why it is held; none where it is not */
export async function setCycleStatus(
  client: pg.PoolClient,
  { agreementId, period }: CycleKey,
  status: BillingCycleStatus,
  reasons: readonly HoldReason[] = [],
): Promise<void> {
  const shown = JSON.stringify(reasons.map(({ code, message }) => ({ code, message })));
  await client.query(
    `UPDATE billing_cycle SET status = $3, hold_reasons = $4, billed_at = CASE $3 WHEN 'CANCELLED' THEN NULL ELSE billed_at END
     WHERE agreement_id = $1 AND period_start = $2`,
    [agreementId, period!.start, status, shown],
  );
}
