import type pg from 'pg';

type Database = Pick<pg.ClientBase, 'query'>;

/** Locks what is noted already, so that nobody takes it before what is new is there to be seen. */
const AGAIN = 'ON CONFLICT (agreement_id) DO UPDATE SET agreement_id = EXCLUDED.agreement_id';
const PREPAID = `terms.terms ->> 'paymentMode' = 'PREPAID'`;

/** Notes the prepaid agreements of a usage point, its readings having changed; of others there are none to note. */
export async function checkPrepaymentsAt(database: Database, usagePointId: string): Promise<void> {
  await database.query(
    `INSERT INTO prepayment_check SELECT DISTINCT agreement.id FROM agreement
     JOIN agreement_terms terms ON terms.agreement_id = agreement.id
     WHERE agreement.usage_point_id = $1 AND ${PREPAID} ${AGAIN}`,
    [usagePointId],
  );
}

/** Notes an agreement whose terms have changed, if it is or was prepaid. */
export async function checkPrepayment(database: Database, agreementId: string): Promise<void> {
  await database.query(
    `INSERT INTO prepayment_check SELECT DISTINCT agreement_id FROM agreement_terms terms
     WHERE agreement_id = $1 AND ${PREPAID}
     UNION SELECT agreement_id FROM prepayment WHERE agreement_id = $1 ${AGAIN}`,
    [agreementId],
  );
}

/** Notes the prepaid agreements of a customer: whether he may be disconnected has changed. */
export async function checkPrepaymentsOf(database: Database, customerId: string): Promise<void> {
  await database.query(
    `INSERT INTO prepayment_check SELECT id FROM agreement
     WHERE customer_id = $1 AND EXISTS (SELECT FROM prepayment WHERE agreement_id = agreement.id) ${AGAIN}`,
    [customerId],
  );
}

/** Notes those of the billing cycles that are prepaid: their bills have changed. */
export async function checkSettlements(
  database: Database,
  cycles: readonly { readonly agreementId: string; readonly periodStart: string }[],
): Promise<void> {
  if (cycles.length === 0) return;
  await database.query(
    `WITH changed AS (
       UPDATE prepayment SET to_settle = true
       FROM unnest($1::text[], $2::date[]) AS cycle (agreement_id, period_start)
       WHERE prepayment.agreement_id = cycle.agreement_id AND prepayment.period_start = cycle.period_start
       RETURNING prepayment.agreement_id
     ) INSERT INTO prepayment_check SELECT DISTINCT agreement_id FROM changed ${AGAIN}`,
    [cycles.map(({ agreementId }) => agreementId), cycles.map(({ periodStart }) => periodStart)],
  );
}

/**
 * Takes an agreement for the caller's transaction alone: it is off the list once that commits, and on it again where it is
 * noted anew meanwhile.
 *
 * @param except agreements to leave where they are
 */
export async function takeCheck(client: Database, except: readonly string[]): Promise<string | undefined> {
  const { rows } = await client.query<{ agreement_id: string }>(
    `DELETE FROM prepayment_check WHERE agreement_id = (
       SELECT agreement_id FROM prepayment_check WHERE agreement_id <> ALL ($1) LIMIT 1 FOR UPDATE SKIP LOCKED
     ) RETURNING agreement_id`,
    [except],
  );
  return rows[0]?.agreement_id;
}

/** Takes the periods of the agreement that are to be settled, in order of time. */
export async function takeSettlements(client: Database, agreementId: string): Promise<string[]> {
  const { rows } = await client.query<{ period_start: string }>(
    'UPDATE prepayment SET to_settle = false WHERE agreement_id = $1 AND to_settle RETURNING period_start',
    [agreementId],
  );
  return rows.map(({ period_start }) => period_start).sort();
}
