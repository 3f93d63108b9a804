import type pg from 'pg';

type Database = Pick<pg.ClientBase, 'query'>;

/** The agreements between two ids, both included, that one process at a time goes through for a run. */
export interface Slice {
  readonly runId: string;
  readonly number: number;
  readonly firstAgreementId: string;
  readonly lastAgreementId: string;
  readonly agreements: number;
}

/** An agreement that a fault of the program kept from being billed. */
export interface SliceFailure {
  readonly agreementId: string;
  readonly code: string;
  readonly message: string;
}

/** What came of a slice. */
export interface SliceOutcome {
  /** Cycles whose bill the run has issued. */
  readonly billed: number;
  /** Cycles that are held. */
  readonly held: number;
  /** Agreements none of whose cycles were due. */
  readonly unchanged: number;
  readonly failures: readonly SliceFailure[];
}

/** Slices that one process looks at for one that nobody works on: more than will ever be worked on at once. */
const LOOKED_AT = 1000;

/** Cuts the agreements that are known now into slices, once a run. Answers how many slices there are. */
export async function planSlices(client: Database, runId: string, agreementsEach: number): Promise<number> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`bill-run.plan ${runId}`]);
  const { rows } = await client.query<{ slices: number }>(
    'SELECT count(*)::integer AS slices FROM bill_run_slice WHERE run_id = $1',
    [runId],
  );
  if (rows[0]!.slices > 0) return rows[0]!.slices;
  const { rowCount } = await client.query(
    `INSERT INTO bill_run_slice (run_id, number, first_agreement_id, last_agreement_id, agreements)
     SELECT $1, slice, min(id), max(id), count(*)
     FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / $2 AS slice FROM agreement WHERE starts_on IS NOT NULL) AS placed
     GROUP BY slice`,
    [runId, agreementsEach],
  );
  return rowCount ?? 0;
}

/**
 * Takes a slice that is not finished and that nobody works on, for as long as the client's transaction lasts: should the
 * process be killed, others find it free at once. The lock is an advisory one, since one on the row would give the
 * transaction an identifier, and no subscription to events gets past the oldest of these. Undefined: there is none, or the
 * run does not run.
 */
export async function takeSlice(client: Database, runId: string): Promise<Slice | undefined> {
  for (;;) {
    const { rows: free } = await client.query<{ number: number }>(
      `WITH unfinished AS MATERIALIZED (
         SELECT number FROM bill_run_slice WHERE run_id = $1 AND finished_at IS NULL ORDER BY number LIMIT ${LOOKED_AT}
       )
       SELECT number FROM unfinished
       WHERE EXISTS (SELECT FROM bill_run WHERE id = $1 AND status = 'RUNNING')
         AND pg_try_advisory_xact_lock(hashtext('bill-run.slice ' || $1), number) LIMIT 1`,
      [runId],
    );
    if (free.length === 0) return undefined;
    // Between our looking and our locking its last holder may have finished it.
    const { rows } = await client.query<Slice>(
      `SELECT run_id AS "runId", number, first_agreement_id AS "firstAgreementId", last_agreement_id AS "lastAgreementId", agreements
       FROM bill_run_slice WHERE run_id = $1 AND number = $2 AND finished_at IS NULL`,
      [runId, free[0]!.number],
    );
    if (rows[0]) return rows[0];
  }
}

export async function finishSlice(
  client: Database,
  { runId, number }: Slice,
  { billed, held, unchanged, failures }: SliceOutcome,
): Promise<void> {
  await client.query(
    `UPDATE bill_run_slice SET finished_at = clock_timestamp(), billed = $3, held = $4, unchanged = $5, failures = $6
     WHERE run_id = $1 AND number = $2`,
    [runId, number, billed, held, unchanged, JSON.stringify(failures)],
  );
}

/** How far a run has come. */
export interface BillRunProgress {
  runId: string;
  slices: number;
  unfinishedSlices: number;
  /** Known when the run began. */
  agreements: number;
  /** Of them those that have been gone through. */
  done: number;
  billed: number;
  held: number;
  unchanged: number;
  /** How many failed, by code. */
  failed: Record<string, number>;
  /** The first of them. */
  failures: SliceFailure[];
  /** When the last slice so far was finished. */
  latestAt: Date | null;
}

/** A fault may fail every agreement of millions; whoever mends it needs a few. */
const NAMED_FAILURES = 100;

export async function progressOf(
  database: Database,
  runIds: readonly string[],
): Promise<Map<string, BillRunProgress>> {
  const { rows } = await database.query<BillRunProgress>(
    `SELECT run_id AS "runId", count(*)::integer AS slices,
       count(*) FILTER (WHERE finished_at IS NULL)::integer AS "unfinishedSlices",
       sum(agreements)::integer AS agreements,
       coalesce(sum(agreements) FILTER (WHERE finished_at IS NOT NULL), 0)::integer AS done,
       sum(billed)::integer AS billed, sum(held)::integer AS held, sum(unchanged)::integer AS unchanged,
       max(finished_at) AS "latestAt",
       (SELECT coalesce(jsonb_object_agg(code, count), '{}') FROM (
          SELECT failure ->> 'code' AS code, count(*) FROM bill_run_slice AS failing, jsonb_array_elements(failures) AS failure
          WHERE failing.run_id = slice.run_id AND failures <> '[]' GROUP BY 1
        ) AS counted) AS failed,
       (SELECT coalesce(jsonb_agg(failure), '[]') FROM (
          SELECT failure FROM bill_run_slice AS failing, jsonb_array_elements(failures) AS failure
          WHERE failing.run_id = slice.run_id AND failures <> '[]' ORDER BY number LIMIT ${NAMED_FAILURES}
        ) AS named) AS failures
     FROM bill_run_slice AS slice WHERE run_id = ANY ($1) GROUP BY run_id`,
    [runIds],
  );
  return new Map(rows.map((row) => [row.runId, row]));
}
