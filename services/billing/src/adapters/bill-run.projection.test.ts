import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BillRunPausedSchema,
  BillRunResumedSchema,
  BillRunStartedSchema,
  encodeEvent,
} from '@metermesh/contracts';
import { streamName, type RecordedEvent } from '@metermesh/event-store';
import { inTransaction, migrate, openDatabase } from '@metermesh/service-kit';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import type pg from 'pg';
import type { BillRunEvent } from '../domain/bill-run/bill-run.ts';
import { billRunProjection } from './bill-run.projection.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = openDatabase(await postgres.createDatabase(), () => {});
  await migrate(pool, new URL('../../migrations/', import.meta.url));
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

const started = new Date('2026-11-01T03:00:00Z');

/** A run that is paused, and resumed at an instant: when it issues its bills then. */
async function issuedAtAfter(runId: string, resumedAt: Date): Promise<Date> {
  const events: BillRunEvent[] = [
    create(BillRunStartedSchema, {
      runId,
      issuedAt: timestampFromDate(started),
      startedBy: 'kim',
      reason: 'Due.',
    }),
    create(BillRunPausedSchema, {
      runId,
      pausedAt: timestampFromDate(started),
      pausedBy: 'kim',
      reason: 'Wait.',
    }),
    create(BillRunResumedSchema, { runId, resumedAt: timestampFromDate(resumedAt), resumedBy: 'kim' }),
  ];
  const log = events.map((event, revision): RecordedEvent => ({
    id: `${runId}-${revision}`,
    ...encodeEvent(event),
    metadata: {},
    stream: streamName('bill-run', runId),
    revision,
    position: String(revision),
    recordedAt: started,
  }));
  await inTransaction(pool, (client) => billRunProjection.apply(client, log));
  const { rows } = await pool.query<{ status: string; issued_at: Date }>(
    'SELECT status, issued_at FROM bill_run WHERE id = $1',
    [runId],
  );
  expect(rows[0]!.status).toBe('RUNNING');
  return rows[0]!.issued_at;
}

describe('a bill run that is resumed', () => {
  it('goes on to issue bills with the time at which it was started', async () => {
    expect(await issuedAtAfter('short', new Date('2026-11-01T23:00:00Z'))).toEqual(started);
  });

  it('after more than a day issues with that of its end, so that no bill is due before it is sent', async () => {
    const resumed = new Date('2026-11-20T09:00:00Z');
    expect(await issuedAtAfter('long', resumed)).toEqual(resumed);
  });
});
