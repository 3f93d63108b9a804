import { Inject, Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@metermesh/event-store';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import { changeOfBalance, type JournalEntry, type Posting } from '../domain/receivables/journal-entry.ts';

export interface JournalRow {
  id: string;
  position: string;
  kind: string;
  bookedAt: Date;
  bookedBy: string | null;
  currency: string;
  billId: string | null;
  sourceId: string | null;
  description: string;
  balanceChange: string;
  /** What the customer owed afterwards, on the whole. */
  balance: string;
  postings: Posting[];
}

export interface AccountBalanceRow {
  currency: string;
  /** What the customer owes on bills. */
  receivable: string;
  credit: string;
  balance: string;
  overdue: string;
  deposits: string;
}

/** What happened to whose money, and what does he owe? */
@Injectable()
export class Journal {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Latest first, one more than the page holds if there is one. */
  async page(customerId: string, { limit, after }: Page): Promise<JournalRow[]> {
    const { rows } = await this.pool.query<
      Omit<JournalRow, 'postings'> & { accounts: string[]; amounts: string[] }
    >(
      `SELECT * FROM (
         SELECT id, position, kind, booked_at AS "bookedAt", booked_by AS "bookedBy", currency, bill_id AS "billId",
           source_id AS "sourceId", description, trim_scale(balance_change)::text AS "balanceChange",
           trim_scale(sum(balance_change) OVER (PARTITION BY currency ORDER BY position))::text AS balance, accounts, amounts::text[]
         FROM journal_entry WHERE customer_id = $1
       ) AS entry WHERE $2::text IS NULL OR position < $2 ORDER BY position DESC LIMIT $3`,
      [customerId, after ?? null, limit + 1],
    );
    return rows.map(({ accounts, amounts, ...row }) => ({
      ...row,
      postings: accounts.map((account, index) => ({ account, amount: amounts[index]! })),
    }));
  }

  /** By currency. A bill is overdue by the calendar of its usage point. */
  async balances(customerId: string): Promise<AccountBalanceRow[]> {
    const { rows } = await this.pool.query<AccountBalanceRow>(
      `WITH booked AS (
         SELECT currency, sum(amount) FILTER (WHERE account = 'accounts-receivable:' || $1) AS receivable,
           -sum(amount) FILTER (WHERE account = 'customer-credit:' || $1) AS credit,
           -sum(amount) FILTER (WHERE account = 'deposits-held:' || $1) AS deposits
         FROM posting WHERE customer_id = $1 GROUP BY currency
       )
       SELECT currency, trim_scale(coalesce(receivable, 0))::text AS receivable, trim_scale(coalesce(credit, 0))::text AS credit,
         trim_scale(coalesce(receivable, 0) - coalesce(credit, 0))::text AS balance,
         trim_scale(coalesce(deposits, 0))::text AS deposits,
         (SELECT trim_scale(coalesce(sum(open), 0))::text FROM receivable r LEFT JOIN usage_point ON usage_point.id = r.usage_point_id
          WHERE r.customer_id = $1 AND r.currency = booked.currency AND r.open > 0
            AND r.due_on < (now() AT TIME ZONE coalesce(usage_point.time_zone, 'UTC'))::date) AS overdue
       FROM booked ORDER BY currency`,
      [customerId],
    );
    return rows;
  }
}

/** An entry with the event that it is for. */
export interface Booking {
  recorded: RecordedEvent;
  entry: JournalEntry;
}

/** Books in bulk: one statement, however many entries they are. */
export async function book(client: pg.PoolClient, bookings: readonly Booking[]): Promise<void> {
  if (bookings.length === 0) return;
  const rows = bookings.map(({ recorded, entry }) => ({
    id: recorded.id,
    position: recorded.position,
    kind: entry.kind,
    booked_at: recorded.metadata.occurredAt ?? recorded.recordedAt.toISOString(),
    booked_by: recorded.metadata.actor ?? null,
    currency: entry.currency,
    customer_id: entry.customerId || null,
    bill_id: entry.billId || null,
    source_id: entry.sourceId || null,
    description: entry.description,
    balance_change: changeOfBalance(entry),
    accounts: entry.postings.map(({ account }) => account),
    amounts: entry.postings.map(({ amount }) => amount),
  }));
  await client.query(
    `INSERT INTO journal_entry (id, position, kind, booked_at, booked_by, currency, customer_id, bill_id, source_id, description,
       balance_change, accounts, amounts)
     SELECT * FROM jsonb_to_recordset($1) AS booked (id uuid, position text, kind text, booked_at timestamptz, booked_by text,
       currency text, customer_id text, bill_id text, source_id text, description text, balance_change numeric,
       accounts text[], amounts numeric[])
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

/** What bills had posted when they were issued, by bill. */
export async function issueEntries(
  client: pg.PoolClient,
  billIds: readonly string[],
): Promise<Map<string, JournalEntry>> {
  const { rows } = await client.query<JournalEntry & { accounts: string[]; amounts: string[] }>(
    `SELECT kind, currency, customer_id AS "customerId", bill_id AS "billId", coalesce(source_id, '') AS "sourceId",
       description, accounts, amounts::text[] FROM journal_entry WHERE bill_id = ANY ($1) AND kind = 'BillIssued'`,
    [billIds],
  );
  return new Map(
    rows.map(({ accounts, amounts, ...entry }) => [
      entry.billId,
      { ...entry, postings: accounts.map((account, index) => ({ account, amount: amounts[index]! })) },
    ]),
  );
}
