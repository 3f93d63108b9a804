import { Inject, Injectable } from '@nestjs/common';
import type { BillCancelled, BillIssued } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { dueOn } from '../domain/receivables/due-on.ts';
import type { Pause } from '../domain/receivables/late-fee.ts';
import type { BillFacts, ReceivableEvent } from '../domain/receivables/receivable.ts';

export interface ReceivableRow extends BillFacts {
  timeZone: string;
  open: string;
  settled: string;
  lateFee: string;
  waived: string;
  writtenOff: string;
  isCancelled: boolean;
  replacedBy: string | null;
  planId: string | null;
  disconnectionRequestId: string | null;
  pauses: Pause[];
  prepaid: string | null;
  isDisputed: boolean;
  protectedBecause: string | null;
  /** Its customer still has the usage point, by the calendar of the place. */
  hasAgreement: boolean;
}

const LOCAL_DATE = `(now() AT TIME ZONE coalesce(usage_point.time_zone, 'UTC'))::date`;

const SELECT = `SELECT r.bill_id AS "billId", r.agreement_id AS "agreementId", r.customer_id AS "customerId",
  r.usage_point_id AS "usagePointId", r.tariff_id AS "tariffId", r.currency, r.total::text, r.due_on AS "dueOn",
  coalesce(usage_point.time_zone, 'UTC') AS "timeZone", trim_scale(r.open)::text AS open, trim_scale(r.settled)::text AS settled, trim_scale(r.late_fee)::text AS "lateFee",
  trim_scale(r.waived)::text AS waived, trim_scale(r.written_off)::text AS "writtenOff", r.cancelled AS "isCancelled", r.replaced_by AS "replacedBy",
  r.plan_id AS "planId", r.disconnection_request_id AS "disconnectionRequestId", prepaid_bill.amount::text AS prepaid,
  EXISTS (SELECT FROM receivable_pause pause WHERE pause.bill_id = r.bill_id AND reason = 'dispute' AND ends_on IS NULL)
    AS "isDisputed",
  (SELECT reason FROM disconnection_protection protection WHERE protection.customer_id = r.customer_id
    AND (until IS NULL OR until > ${LOCAL_DATE})) AS "protectedBecause",
  EXISTS (SELECT FROM agreement WHERE agreement.id = r.agreement_id AND (ends_on IS NULL OR ends_on > ${LOCAL_DATE})) AS "hasAgreement",
  coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('from', starts_on, 'to', ends_on)))
    FROM receivable_pause pause WHERE pause.bill_id = r.bill_id), '[]') AS pauses
  FROM receivable r LEFT JOIN usage_point ON usage_point.id = r.usage_point_id
  LEFT JOIN prepaid_bill ON prepaid_bill.bill_id = r.bill_id`;

/** What is demanded and still open, bill by bill? */
@Injectable()
export class Receivables {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(billIds: readonly string[]): Promise<Map<string, ReceivableRow>> {
    const { rows } = await this.pool.query<ReceivableRow>(`${SELECT} WHERE r.bill_id = ANY ($1)`, [billIds]);
    return new Map(rows.map((row) => [row.billId, row]));
  }

  /** Bills of the customer on which something is to be settled, with those that they are replaced by or paid from. */
  async unsettled(customerId: string): Promise<ReceivableRow[]> {
    const { rows } = await this.pool.query<ReceivableRow>(
      `WITH RECURSIVE wanted AS (
         SELECT bill_id, replaced_by FROM receivable WHERE customer_id = $1 AND (open <> 0 OR (cancelled AND NOT closed))
         UNION
         SELECT next.bill_id, next.replaced_by FROM wanted JOIN receivable next ON next.bill_id = wanted.replaced_by
       )
       ${SELECT} WHERE r.bill_id IN (
         SELECT bill_id FROM wanted UNION
         SELECT source_id FROM settlement WHERE source = 'BILL' AND bill_id IN (SELECT bill_id FROM wanted))`,
      [customerId],
    );
    return rows;
  }

  /** Bills that the payment pays. */
  async paidBy(reference: string): Promise<ReceivableRow[]> {
    const { rows } = await this.pool.query<ReceivableRow>(
      `${SELECT} WHERE r.bill_id IN (SELECT bill_id FROM settlement WHERE source = 'PAYMENT' AND source_id = $1)`,
      [reference],
    );
    return rows;
  }

  /** In order of id: bills that are open after their last day to pay. */
  async overdue(before: string, after: string, limit: number): Promise<ReceivableRow[]> {
    const { rows } = await this.pool.query<ReceivableRow>(
      `${SELECT} WHERE r.open > 0 AND r.due_on < $1 AND r.bill_id > $2 ORDER BY r.bill_id LIMIT $3`,
      [before, after, limit],
    );
    return rows;
  }
}

/** Bills in bulk: one statement, however many they are. */
export async function addReceivables(client: pg.PoolClient, issued: readonly BillIssued[]): Promise<void> {
  if (issued.length === 0) return;
  const rows = issued.map((bill) => ({
    bill_id: bill.billId,
    agreement_id: bill.agreementId,
    customer_id: bill.customerId,
    usage_point_id: bill.usagePointId,
    tariff_id: bill.tariffId,
    currency: bill.currency,
    total: bill.total,
    due_on: dueOn(bill),
  }));
  await client.query(
    `INSERT INTO receivable (bill_id, agreement_id, customer_id, usage_point_id, tariff_id, currency, total, due_on)
     SELECT * FROM jsonb_to_recordset($1) AS issued (bill_id text, agreement_id text, customer_id text, usage_point_id text,
       tariff_id text, currency text, total numeric, due_on date)
     ON CONFLICT (bill_id) DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

export async function cancelReceivable(
  client: pg.PoolClient,
  { billId, replacedBy }: BillCancelled,
): Promise<void> {
  await client.query('UPDATE receivable SET cancelled = true, replaced_by = $2 WHERE bill_id = $1', [
    billId,
    replacedBy || null,
  ]);
}

/** The columns that an event changes; nothing for one that changes none. */
export async function changeReceivable(client: pg.PoolClient, event: ReceivableEvent): Promise<void> {
  const set = (assignment: string, ...values: (string | null)[]) =>
    client.query(`UPDATE receivable SET ${assignment} WHERE bill_id = $1`, [event.billId, ...values]);
  switch (event.$typeName) {
    case 'metermesh.billing.v1.ReceivableSettled':
      return void (await set('settled = settled + $2', event.amount));
    case 'metermesh.billing.v1.SettlementReleased':
      return void (await set('settled = settled - $2', event.amount));
    case 'metermesh.billing.v1.ReceivableCancelled':
      return void (await set('closed = true'));
    case 'metermesh.billing.v1.LateFeeCharged':
    case 'metermesh.billing.v1.LateFeeCorrected':
      return void (await set('late_fee = $2', event.charged));
    case 'metermesh.billing.v1.LateFeeWaived':
      return void (await set('waived = waived + $2', event.amount));
    case 'metermesh.billing.v1.ReceivableWrittenOff':
      return void (await set('written_off = written_off + $2', event.amount));
    case 'metermesh.billing.v1.WriteOffReversed':
      return void (await set('written_off = written_off - $2', event.amount));
    case 'metermesh.billing.v1.DisconnectionRequested':
      return void (await set('disconnection_request_id = $2', event.requestId));
    case 'metermesh.billing.v1.DisconnectionRequestWithdrawn':
      return void (await set('disconnection_request_id = NULL'));
    case 'metermesh.billing.v1.ReceivablePlanned':
      return void (await set('plan_id = $2', event.planId));
    case 'metermesh.billing.v1.ReceivableUnplanned':
      return void (await set('plan_id = NULL'));
  }
}

/** What ended the same day goes on. @param on local date from which on the bill's time stands still */
export async function beginPause(
  client: pg.PoolClient,
  billId: string,
  reason: string,
  on: string,
): Promise<void> {
  await client.query(
    `INSERT INTO receivable_pause (bill_id, reason, starts_on) VALUES ($1, $2, $3)
     ON CONFLICT (bill_id, reason, starts_on) DO UPDATE SET ends_on = NULL`,
    [billId, reason, on],
  );
}

export async function endPause(
  client: pg.PoolClient,
  billId: string,
  reason: string,
  on: string,
): Promise<void> {
  await client.query(
    'UPDATE receivable_pause SET ends_on = $3 WHERE bill_id = $1 AND reason = $2 AND ends_on IS NULL',
    [billId, reason, on],
  );
}
