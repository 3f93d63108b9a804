import type pg from 'pg';

/** Position up to which the reader `name` has dealt with the event store, undefined before its first event. */
export async function loadCheckpoint(
  database: pg.Pool | pg.PoolClient,
  name: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<string | undefined> {
  const { rows } = await database.query<{ position: string }>(
    `SELECT position FROM service_kit.checkpoint WHERE name = $1 ${lock}`,
    [name],
  );
  return rows[0]?.position;
}

export async function saveCheckpoint(
  database: pg.Pool | pg.PoolClient,
  name: string,
  position: string,
): Promise<void> {
  await database.query(
    `INSERT INTO service_kit.checkpoint (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, updated_at = now()`,
    [name, position],
  );
}
