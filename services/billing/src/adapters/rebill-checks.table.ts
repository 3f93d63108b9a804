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

/**
 * Asks to look at cycles once nothing has changed for the quiet time.
 *
 * @param why `newer-days`: only the versions of days have changed, so that a bill that rests on the highest needs no look
 */
export async function askForChecks(
  client: Pick<pg.ClientBase, 'query'>,
  checks: readonly RebillCheck[],
  quietSeconds: number,
  why: 'newer-days' | 'anything' = 'anything',
): Promise<void> {
  if (checks.length === 0) return;
  await client.query(
    `INSERT INTO rebill_check AS known (agreement_id, period_start, due_at, newer_days_only)
     SELECT agreement_id, period_start, now() + make_interval(secs => $3), $4
     FROM unnest($1::text[], $2::date[]) AS wanted (agreement_id, period_start) ORDER BY agreement_id, period_start
     ON CONFLICT (agreement_id, period_start) DO UPDATE SET
       first_asked_at = CASE known.due_at WHEN 'infinity' THEN now() ELSE known.first_asked_at END,
       due_at = CASE known.due_at WHEN 'infinity' THEN EXCLUDED.due_at
         ELSE LEAST(EXCLUDED.due_at, known.first_asked_at + make_interval(secs => $3 * ${LONGEST_WAIT})) END,
       newer_days_only = known.newer_days_only AND EXCLUDED.newer_days_only`,
    [
      checks.map(({ agreementId }) => agreementId),
      checks.map(({ periodStart }) => periodStart),
      quietSeconds,
      why === 'newer-days',
    ],
  );
}

/**
 * The cycles that may have been billed on a day of a channel by `now`: those of the agreements that cover it, where the
 * channel is billed and the period is over somewhere on earth.
 */
export async function cyclesOn(
  client: Pick<pg.ClientBase, 'query'>,
  usagePointId: string,
  readingType: string,
  date: string,
  now: Date,
): Promise<RebillCheck[]> {
  if (!BILLED_READING_TYPES.includes(readingType)) return [];
  const { rows } = await client.query<AgreementRow>(
    `${SELECT_AGREEMENTS} usage_point_id = $1 AND starts_on <= $2 AND (ends_on IS NULL OR ends_on > $2)`,
    [usagePointId, date],
  );
  return rows.flatMap((row) => cycleAt(agreementOf(row), date, now));
}

/** The cycles that may have been billed by `now` by the gas of an area on one of the local dates. */
export async function cyclesOnGas(
  client: Pick<pg.ClientBase, 'query'>,
  area: string,
  dates: readonly string[],
  now: Date,
): Promise<RebillCheck[]> {
  if (dates.length === 0) return [];
  const { rows } = await client.query<AgreementRow>(
    `${SELECT_AGREEMENTS} id IN (
       SELECT agreement_id FROM agreement_terms
       WHERE terms -> 'attributes' ? 'gas-area' AND terms -> 'attributes' ->> 'gas-area' = $1
     )`,
    [area],
  );
  const cycles = rows
    .map(agreementOf)
    .flatMap((agreement) => dates.flatMap((date) => cycleAt(agreement, date, now)));
  return [...new Map(cycles.map((cycle) => [`${cycle.agreementId} ${cycle.periodStart}`, cycle])).values()];
}

/** The cycles of an agreement that hold a day from `from` on and have begun, anywhere on earth, by `now`. */
export async function cyclesFrom(
  client: Pick<pg.ClientBase, 'query'>,
  agreementId: string,
  from: string,
  now: Date,
): Promise<RebillCheck[]> {
  const { rows } = await client.query<AgreementRow>(`${SELECT_AGREEMENTS} id = $1`, [agreementId]);
  return rows
    .flatMap((row) => periodStartsWithin(agreementOf(row), from, dayAfter(now)))
    .map((periodStart) => ({ agreementId, periodStart }));
}

function cycleAt(agreement: Agreement, date: string, now: Date): RebillCheck[] {
  const period = billingPeriodAt(agreement, date);
  return period && period.end <= dayAfter(now)
    ? [{ agreementId: agreement.id, periodStart: period.start }]
    : [];
}

/** A local date that has begun nowhere on earth, or only just. */
const dayAfter = (now: Date): string =>
  new Date(now.getTime() + DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);

/** How long whoever takes a check has for it; then it is anybody's again. */
const LEASE = '1 minute';

export interface LeasedCheck extends RebillCheck {
  readonly lease: string;
}

/**
 * The cycle that is due longest, if any; of several replicas one gets it. Not within a transaction that lasts as long as the
 * check: events that are recorded meanwhile would reach no projection before its end.
 */
export async function takeDueCheck(database: Pick<pg.ClientBase, 'query'>): Promise<LeasedCheck | undefined> {
  const { rows } = await database.query<LeasedCheck>(
    `UPDATE rebill_check SET due_at = now() + interval '${LEASE}' WHERE (agreement_id, period_start) = (
       SELECT agreement_id, period_start FROM rebill_check WHERE due_at <= now()
       ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
     ) RETURNING agreement_id AS "agreementId", period_start AS "periodStart", due_at::text AS lease`,
  );
  return rows[0];
}

/** Forgets a check that was made, unless something has changed meanwhile. */
export async function forgetCheck(
  database: Pick<pg.ClientBase, 'query'>,
  { agreementId, periodStart, lease }: LeasedCheck,
): Promise<void> {
  await database.query(
    'DELETE FROM rebill_check WHERE agreement_id = $1 AND period_start = $2 AND due_at = $3',
    [agreementId, periodStart, lease],
  );
}

/** Has a check that found no bill wait until there is one, unless something has changed meanwhile. */
export async function waitForBill(
  database: Pick<pg.ClientBase, 'query'>,
  { agreementId, periodStart, lease }: LeasedCheck,
): Promise<void> {
  await database.query(
    `UPDATE rebill_check SET due_at = 'infinity' WHERE agreement_id = $1 AND period_start = $2 AND due_at = $3`,
    [agreementId, periodStart, lease],
  );
}
