import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import type { PaymentEvent } from '../domain/receivables/payment.ts';

export interface PaymentRow {
  reference: string;
  amount: string;
  currency: string;
  receivedOn: string;
  method: string;
  billId: string | null;
  accountReference: string | null;
  customerId: string | null;
  suspenseCode: string | null;
  suspenseReason: string | null;
  unallocated: string;
  reversedAt: Date | null;
  reversalReason: string | null;
  recordedAt: Date;
  recordedBy: string;
}

const SELECT = `SELECT reference, amount::text, currency, received_on AS "receivedOn", method, bill_id AS "billId",
  account_reference AS "accountReference", customer_id AS "customerId", suspense_code AS "suspenseCode",
  suspense_reason AS "suspenseReason", trim_scale(unallocated)::text AS unallocated, reversed_at AS "reversedAt", reversal_reason AS "reversalReason",
  recorded_at AS "recordedAt", recorded_by AS "recordedBy" FROM payment`;

/** Which money came in, whose is it, and what of it is left? */
@Injectable()
export class Payments {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byReference(references: readonly string[]): Promise<Map<string, PaymentRow>> {
    const { rows } = await this.pool.query<PaymentRow>(`${SELECT} WHERE reference = ANY ($1)`, [references]);
    return new Map(rows.map((row) => [row.reference, row]));
  }

  /** Latest first, one more than the page holds if there is one. @param customerId undefined: of all */
  async page({ limit, after }: Page, customerId?: string, inSuspense = false): Promise<PaymentRow[]> {
    const [, receivedOn, reference] = /^(\S+) (.+)$/s.exec(after ?? '') ?? [];
    const { rows } = await this.pool.query<PaymentRow>(
      `${SELECT} WHERE ($1::text IS NULL OR customer_id = $1) AND (NOT $2 OR (customer_id IS NULL AND reversed_at IS NULL))
         AND ($3::date IS NULL OR (received_on, reference) < ($3, $4))
       ORDER BY received_on DESC, reference DESC LIMIT $5`,
      [customerId ?? null, inSuspense, receivedOn ?? null, reference ?? null, limit + 1],
    );
    return rows;
  }

  /** References of payments of which the customer has something left, in the order in which the money came. */
  async withCredit(customerId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ reference: string }>(
      'SELECT reference FROM payment WHERE customer_id = $1 AND unallocated > 0 ORDER BY received_on, recorded_at, reference',
      [customerId],
    );
    return rows.map(({ reference }) => reference);
  }
}

export const paymentCursor = ({ receivedOn, reference }: PaymentRow): string => `${receivedOn} ${reference}`;

export async function changePayment(client: pg.PoolClient, event: PaymentEvent): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.PaymentReceived':
      return void (await client.query(
        `INSERT INTO payment (reference, amount, currency, received_on, method, bill_id, account_reference, customer_id,
           suspense_code, suspense_reason, unallocated, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $8::text IS NULL THEN 0 ELSE $2::numeric END, $11, $12)
         ON CONFLICT (reference) DO NOTHING`,
        [
          event.reference,
          event.amount,
          event.currency,
          event.receivedOn,
          event.method,
          event.billId || null,
          event.accountReference || null,
          event.customerId || null,
          event.suspenseCode || null,
          event.suspenseReason || null,
          timestampDate(event.recordedAt!),
          event.recordedBy,
        ],
      ));
    case 'metermesh.billing.v1.PaymentAssigned':
      return void (await client.query(
        `UPDATE payment SET customer_id = $2, bill_id = coalesce($3, bill_id), unallocated = amount,
           suspense_code = NULL, suspense_reason = NULL WHERE reference = $1`,
        [event.reference, event.customerId, event.billId || null],
      ));
    case 'metermesh.billing.v1.PaymentAllocated':
      return void (await client.query(
        'UPDATE payment SET unallocated = unallocated - $2 WHERE reference = $1',
        [event.reference, event.amount],
      ));
    case 'metermesh.billing.v1.PaymentReleased':
      return void (await client.query(
        'UPDATE payment SET unallocated = unallocated + $2 WHERE reference = $1',
        [event.reference, event.amount],
      ));
    case 'metermesh.billing.v1.PaymentReversed':
      return void (await client.query(
        'UPDATE payment SET unallocated = 0, reversed_at = $2, reversal_reason = $3 WHERE reference = $1',
        [event.reference, timestampDate(event.reversedAt!), event.reason],
      ));
  }
}
