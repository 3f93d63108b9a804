import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

/** Something that somebody has to look at. One row for each subject and code: a repeat changes nothing but the message. */
export interface BillingException {
  /** What it is about, as its stream is named where it has one: `billing-cycle-AGR-1-2026-10-01`, `payment-4711`. */
  subject: string;
  code: string;
  message: string;
  agreementId?: string | null;
  customerId?: string | null;
  usagePointId?: string | null;
  /** Local date. */
  periodStart?: string | null;
}

export interface BillingExceptionRow extends Required<BillingException> {
  status: 'OPEN' | 'RESOLVED';
  openedAt: Date;
  resolvedAt: Date | null;
}

export interface ExceptionPage {
  limit: number;
  after?: { openedAt: Date; subject: string; code: string } | undefined;
}

/** What has somebody to look at? */
@Injectable()
export class BillingExceptions {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Latest first, one more than the page holds if there is one. */
  async page(
    { limit, after }: ExceptionPage,
    code?: string | null,
    status?: string | null,
  ): Promise<BillingExceptionRow[]> {
    const { rows } = await this.pool.query<BillingExceptionRow>(
      `SELECT subject, code, status, message, agreement_id AS "agreementId", customer_id AS "customerId",
         usage_point_id AS "usagePointId", period_start AS "periodStart", opened_at AS "openedAt", resolved_at AS "resolvedAt"
       FROM billing_exception WHERE ($1::text IS NULL OR code = $1) AND ($2::text IS NULL OR status = $2)
         AND ($3::timestamptz IS NULL OR (opened_at, subject, code) < ($3, $4, $5))
       ORDER BY opened_at DESC, subject DESC, code DESC LIMIT $6`,
      [
        code ?? null,
        status ?? null,
        after?.openedAt ?? null,
        after?.subject ?? null,
        after?.code ?? null,
        limit + 1,
      ],
    );
    return rows;
  }
}

/** Puts exceptions into the queue; those that were resolved open again. @param at when it was found, to the millisecond */
export async function raiseExceptions(
  client: Pick<pg.ClientBase, 'query'>,
  exceptions: readonly BillingException[],
  at: Date,
): Promise<void> {
  if (exceptions.length === 0) return;
  await client.query(
    `INSERT INTO billing_exception AS known
       (subject, code, status, message, agreement_id, customer_id, usage_point_id, period_start, opened_at)
     SELECT subject, code, 'OPEN', message, "agreementId", "customerId", "usagePointId", "periodStart", $2
     FROM jsonb_to_recordset($1) AS found (subject text, code text, message text, "agreementId" text, "customerId" text,
       "usagePointId" text, "periodStart" date)
     ON CONFLICT (subject, code) DO UPDATE SET status = 'OPEN', message = EXCLUDED.message, resolved_at = NULL,
       opened_at = CASE known.status WHEN 'OPEN' THEN known.opened_at ELSE EXCLUDED.opened_at END`,
    [JSON.stringify(exceptions), at],
  );
}

/** Takes the open exceptions of subjects off the queue. @param except codes that stay */
export async function resolveExceptions(
  client: Pick<pg.ClientBase, 'query'>,
  subjects: readonly string[],
  at: Date,
  except: readonly string[] = [],
): Promise<void> {
  await client.query(
    `UPDATE billing_exception SET status = 'RESOLVED', resolved_at = $2
     WHERE subject = ANY ($1) AND status = 'OPEN' AND code <> ALL ($3)`,
    [subjects, at, except],
  );
}
