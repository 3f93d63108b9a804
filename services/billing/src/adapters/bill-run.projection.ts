import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeEvent } from '@metermesh/contracts';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillRunEvent } from '../domain/bill-run/bill-run.ts';

/** Keeps the table of bill runs, which tells those who work on them what there is to do. */
export const billRunProjection: Projection = {
  name: 'bill-run',
  categories: ['bill-run'],
  async apply(client, events) {
    for (const recorded of events) await apply(client, decodeEvent<BillRunEvent>(recorded));
  },
};

async function apply(client: pg.PoolClient, event: BillRunEvent): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillRunStarted':
      await client.query(
        `INSERT INTO bill_run (id, status, issued_at, due_by, started_by, reason)
         VALUES ($1, 'RUNNING', $2, nullif($3, '')::date, $4, $5) ON CONFLICT (id) DO NOTHING`,
        [event.runId, timestampDate(event.issuedAt!), event.dueBy, event.startedBy, event.reason],
      );
      return;
    case 'metermesh.billing.v1.BillRunPaused':
      await client.query(`UPDATE bill_run SET status = 'PAUSED' WHERE id = $1`, [event.runId]);
      return;
    case 'metermesh.billing.v1.BillRunResumed':
      // Or what is billed after a long pause would be due before it is sent.
      await client.query(
        `UPDATE bill_run SET status = 'RUNNING',
           issued_at = CASE WHEN $2 > issued_at + interval '1 day' THEN $2 ELSE issued_at END
         WHERE id = $1`,
        [event.runId, timestampDate(event.resumedAt!)],
      );
      return;
    case 'metermesh.billing.v1.BillRunCompleted':
      await client.query(`UPDATE bill_run SET status = 'COMPLETED', completed_at = $2 WHERE id = $1`, [
        event.runId,
        timestampDate(event.completedAt!),
      ]);
  }
}
