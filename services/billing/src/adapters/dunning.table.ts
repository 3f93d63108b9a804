import { Inject, Injectable } from '@nestjs/common';
import type { DunningStepTaken } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { DisconnectionProtectionEvent } from '../domain/receivables/disconnection-protection.ts';

export interface DunningStepRow {
  billId: string;
  step: string;
  takenOn: string;
  amount: string;
  reason: string;
  takenBy: string;
}

export interface ProtectionRow {
  until: string | null;
  reason: string;
  grantedBy: string;
}

/** Which bills were dunned how far, and what speaks against a disconnection? */
@Injectable()
export class Dunning {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async stepsOf(billIds: readonly string[]): Promise<Map<string, DunningStepRow[]>> {
    const { rows } = await this.pool.query<DunningStepRow>(
      `SELECT bill_id AS "billId", step, taken_on AS "takenOn", trim_scale(amount)::text AS amount, reason, taken_by AS "takenBy"
       FROM dunning_step WHERE bill_id = ANY ($1) ORDER BY taken_on, step`,
      [billIds],
    );
    return Map.groupBy(rows, ({ billId }) => billId);
  }

  async protectionOf(customerId: string): Promise<ProtectionRow | undefined> {
    const { rows } = await this.pool.query<ProtectionRow>(
      'SELECT until, reason, granted_by AS "grantedBy" FROM disconnection_protection WHERE customer_id = $1',
      [customerId],
    );
    return rows[0];
  }

  /** Those of the agreements that still hold, each by the calendar of its usage point. @param now milliseconds since 1970 */
  async standingAgreements(agreementIds: readonly string[], now: number): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT agreement.id FROM agreement LEFT JOIN usage_point ON usage_point.id = usage_point_id
       WHERE agreement.id = ANY ($1)
         AND (ends_on IS NULL OR ends_on > ($2::timestamptz AT TIME ZONE coalesce(time_zone, 'UTC'))::date)`,
      [agreementIds, new Date(now)],
    );
    return new Set(rows.map(({ id }) => id));
  }
}

export async function addDunningStep(
  client: pg.PoolClient,
  eventId: string,
  event: DunningStepTaken,
): Promise<void> {
  await client.query(
    `INSERT INTO dunning_step (event_id, bill_id, step, taken_on, amount, reason, taken_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (event_id) DO NOTHING`,
    [eventId, event.billId, event.step, event.takenOn, event.amount, event.reason, event.takenBy],
  );
}

export async function changeProtection(
  client: pg.PoolClient,
  event: DisconnectionProtectionEvent,
): Promise<void> {
  if (event.$typeName === 'metermesh.billing.v1.DisconnectionProtectionEnded')
    return void (await client.query('DELETE FROM disconnection_protection WHERE customer_id = $1', [
      event.customerId,
    ]));
  await client.query(
    `INSERT INTO disconnection_protection (customer_id, until, reason, granted_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (customer_id) DO UPDATE SET until = EXCLUDED.until, reason = EXCLUDED.reason, granted_by = EXCLUDED.granted_by`,
    [event.customerId, event.until || null, event.reason, event.grantedBy],
  );
}
