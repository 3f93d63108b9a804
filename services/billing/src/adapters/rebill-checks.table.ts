import type pg from 'pg';
import { billingPeriodAt, periodStartsWithin, type Agreement } from '../domain/billing-cycle/agreement.ts';
import { BILLED_READING_TYPES } from '../domain/billing-cycle/billing-basis.ts';
import { agreementOf, SELECT_AGREEMENTS, type AgreementRow } from './agreement-rows.ts';

export interface RebillCheck {
  readonly agreementId: string;
  readonly periodStart: string;
}

/** So many times the quiet time a cycle waits at most, however often something changes. */
const LONGEST_WAIT = 10;
const DAY_MS = 86_400_000;

/** Asks to look at cycles once nothing has changed for the quiet time. Where a cycle has no bill, nothing will come of it. */
export async function askForChecks(
  client: Pick<pg.ClientBase, 'query'>,
  checks: readonly RebillCheck[],
  quietSeconds: number,
): Promise<void> {
  if (checks.length === 0) return;
  await client.query(
    `INSERT INTO rebill_check AS known (agreement_id, period_start, due_at)
     SELECT agreement_id, period_start, now() + make_interval(secs => $3)
     FROM unnest($1::text[], $2::date[]) AS wanted (agreement_id, period_start)
     ON CONFLICT (agreement_id, period_start) DO UPDATE
     SET due_at = LEAST(EXCLUDED.due_at, known.first_asked_at + make_interval(secs => $3 * ${LONGEST_WAIT}))`,
    [
      checks.map(({ agreementId }) => agreementId),
      checks.map(({ periodStart }) => periodStart),
      quietSeconds,
    ],
  );
}

/** The cycles that may rest on a day of a channel: those of the agreements that cover it, where the channel is billed. */
export async function cyclesOn(
  client: Pick<pg.ClientBase, 'query'>,
  usagePointId: string,
  readingType: string,
  date: string,
): Promise<RebillCheck[]> {
  if (!BILLED_READING_TYPES.includes(readingType)) return [];
  const { rows } = await client.query<AgreementRow>(
    `${SELECT_AGREEMENTS} usage_point_id = $1 AND starts_on <= $2 AND (ends_on IS NULL OR ends_on > $2)`,
    [usagePointId, date],
  );
  return rows.flatMap((row) => cycleAt(agreementOf(row), date));
}

/** The cycles of an agreement that hold a day from `from` on and have begun, anywhere on earth, by `now`. */
export async function cyclesFrom(
  client: Pick<pg.ClientBase, 'query'>,
  agreementId: string,
  from: string,
  now: Date,
): Promise<RebillCheck[]> {
  const { rows } = await client.query<AgreementRow>(`${SELECT_AGREEMENTS} id = $1`, [agreementId]);
  const tomorrow = new Date(now.getTime() + DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
  return rows
    .flatMap((row) => periodStartsWithin(agreementOf(row), from, tomorrow))
    .map((periodStart) => ({ agreementId, periodStart }));
}

function cycleAt(agreement: Agreement, date: string): RebillCheck[] {
  const period = billingPeriodAt(agreement, date);
  return period ? [{ agreementId: agreement.id, periodStart: period.start }] : [];
}

const RETRY_AFTER = '1 minute';

/**
 * Hands the cycle that is due longest to `look`, and forgets it once that answers true; else it comes again later. All in one
 * transaction, so that a check outlives whoever makes it, and of several replicas one makes it. Answers whether any was due.
 */
export async function takeDueCheck(
  client: pg.PoolClient,
  look: (check: RebillCheck) => Promise<boolean>,
): Promise<boolean> {
  const { rows } = await client.query<RebillCheck>(
    `SELECT agreement_id AS "agreementId", period_start AS "periodStart" FROM rebill_check
     WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  const [check] = rows;
  if (!check) return false;
  const ending = (await look(check))
    ? 'DELETE FROM rebill_check'
    : `UPDATE rebill_check SET due_at = now() + interval '${RETRY_AFTER}'`;
  await client.query(`${ending} WHERE agreement_id = $1 AND period_start = $2`, [
    check.agreementId,
    check.periodStart,
  ]);
  return true;
}
