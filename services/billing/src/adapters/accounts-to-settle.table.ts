import type pg from 'pg';

/**
 * Notes which of the customers have something to settle: credit and open bills at once, a
 * cancelled bill that is not closed, or a request for disconnection whose reason may be gone.
 * Whoever settles accounts takes them from there; one that is noted already is locked, so that nobody takes it before what is
 * new is there to be seen.
 */
export async function noteUnsettled(client: pg.PoolClient, customerIds: ReadonlySet<string>): Promise<void> {
  if (customerIds.size === 0) return;
  await client.query(
    `INSERT INTO account_to_settle SELECT customer_id FROM unnest($1::text[]) AS wanted (customer_id), LATERAL (
       SELECT bool_or((cancelled AND NOT closed) OR disconnection_request_id IS NOT NULL OR (prepaid_bill.bill_id IS NOT NULL AND open <> 0)) AS must,
         bool_or(open > 0) AS owes, bool_or(open < 0) AS has_credit
       FROM receivable r LEFT JOIN prepaid_bill USING (bill_id)
       WHERE r.customer_id = wanted.customer_id AND (open <> 0 OR (cancelled AND NOT closed))
     ) AS bills
     WHERE must OR (owes AND (has_credit
       OR EXISTS (SELECT FROM payment WHERE payment.customer_id = wanted.customer_id AND unallocated > 0)))
     ON CONFLICT (customer_id) DO UPDATE SET customer_id = EXCLUDED.customer_id`,
    [[...customerIds].sort()],
  );
}

/**
 * Takes an account for the caller's transaction alone: it is off the list once that commits, and on it again once it has
 * been noted anew meanwhile.
 *
 * @param except customers to leave where they are
 */
export async function takeUnsettled(
  client: pg.PoolClient,
  except: readonly string[],
): Promise<string | undefined> {
  const { rows } = await client.query<{ customer_id: string }>(
    `DELETE FROM account_to_settle WHERE customer_id = (
       SELECT customer_id FROM account_to_settle WHERE customer_id <> ALL ($1) LIMIT 1 FOR UPDATE SKIP LOCKED
     ) RETURNING customer_id`,
    [except],
  );
  return rows[0]?.customer_id;
}
