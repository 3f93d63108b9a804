import { Inject, Injectable } from '@nestjs/common';
import { PlanOutcome } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { InstalmentPlanEvent } from '../domain/receivables/instalment-plan.ts';
import { beginPause, endPause } from './receivables.table.ts';

export interface InstalmentPlanRow {
  id: string;
  customerId: string;
  currency: string;
  bills: { billId: string; amount: string }[];
  instalments: { dueOn: string; amount: string }[];
  status: 'ACTIVE' | 'KEPT' | 'DEFAULTED' | 'CANCELLED';
  reason: string;
  agreedOn: string;
  agreedBy: string;
  endedOn: string | null;
  endReason: string | null;
}

const SELECT = `SELECT id, customer_id AS "customerId", currency, bills, instalments, status, reason, agreed_on AS "agreedOn",
  agreed_by AS "agreedBy", ended_on AS "endedOn", end_reason AS "endReason" FROM instalment_plan`;

/** What was agreed with whom on paying in instalments? */
@Injectable()
export class InstalmentPlans {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<InstalmentPlanRow | undefined> {
    const { rows } = await this.pool.query<InstalmentPlanRow>(`${SELECT} WHERE id = $1`, [id]);
    return rows[0];
  }

  async ofCustomer(customerId: string): Promise<InstalmentPlanRow[]> {
    const { rows } = await this.pool.query<InstalmentPlanRow>(
      `${SELECT} WHERE customer_id = $1 ORDER BY id`,
      [customerId],
    );
    return rows;
  }

  /** In order of id. */
  async active(after: string, limit: number): Promise<InstalmentPlanRow[]> {
    const { rows } = await this.pool.query<InstalmentPlanRow>(
      `${SELECT} WHERE status = 'ACTIVE' AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
    return rows;
  }
}

/** The time of its bills stands still while a plan is kept. */
export async function changeInstalmentPlan(client: pg.PoolClient, event: InstalmentPlanEvent): Promise<void> {
  if (event.$typeName === 'metermesh.billing.v1.InstalmentPlanAgreed') {
    const bills = event.bills.map(({ billId, amount }) => ({ billId, amount }));
    const instalments = event.instalments.map(({ dueOn, amount }) => ({ dueOn, amount }));
    await client.query(
      `INSERT INTO instalment_plan (id, customer_id, currency, bills, instalments, status, reason, agreed_on, agreed_by)
       VALUES ($1, $2, $3, $4, $5, 'ACTIVE', $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
      [
        event.planId,
        event.customerId,
        event.currency,
        JSON.stringify(bills),
        JSON.stringify(instalments),
        event.reason,
        event.agreedOn,
        event.agreedBy,
      ],
    );
    for (const { billId } of bills) await beginPause(client, billId, event.planId, event.agreedOn);
    return;
  }
  const { rows } = await client.query<{ bills: { billId: string }[] }>(
    `UPDATE instalment_plan SET status = $2, ended_on = $3, end_reason = $4, paid = $5 WHERE id = $1 RETURNING bills`,
    [event.planId, outcomeName(event.outcome), event.endedOn, event.reason, event.paid],
  );
  for (const { billId } of rows[0]?.bills ?? []) await endPause(client, billId, event.planId, event.endedOn);
}

const outcomeName = (outcome: PlanOutcome): string =>
  Object.entries(PlanOutcome).find(([, value]) => value === outcome)![0];
