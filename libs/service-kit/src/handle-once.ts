import type pg from 'pg';
import { inTransaction } from './database.ts';

/**
 * Deals with a fact from another service exactly once: `work` and the note that it was done commit together.
 * Answers whether it was done now (false: it had been before).
 */
export async function handleOnce(
  pool: pg.Pool,
  handler: string,
  eventId: string,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const noted = await client.query(
      'INSERT INTO service_kit.handled_fact (handler, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [handler, eventId],
    );
    if (noted.rowCount === 0) return false;
    await work(client);
    return true;
  });
}
