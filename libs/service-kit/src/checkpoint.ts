import type pg from 'pg';

type Database = Pick<pg.ClientBase, 'query'>;

/** Position up to which the reader `name` has dealt with the event store, undefined before its first event. */
export async function loadCheckpoint(database: Database, name: string): Promise<string | undefined> {
  const { rows } = await database.query<{ position: string }>(
    'SELECT position FROM service_kit.checkpoint WHERE name = $1',
    [name],
  );
  return rows[0]?.position;
}

/** Of several readers, as they stand at one instant: those that have none yet are left out. */
export async function loadCheckpoints(
  database: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ name: string; position: string }>(
    'SELECT name, position FROM service_kit.checkpoint WHERE name = ANY ($1)',
    [names],
  );
  return new Map(rows.map(({ name, position }) => [name, position]));
}

/** {@link loadCheckpoint} that keeps other replicas from the reader until the transaction ends. */
export async function lockCheckpoint(client: pg.PoolClient, name: string): Promise<string | undefined> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`service_kit.checkpoint ${name}`]);
  return loadCheckpoint(client, name);
}

/** Notes how far the reader has come. A replica that lags behind does not take it back. */
export async function saveCheckpoint(database: Database, name: string, position: string): Promise<void> {
  await database.query(
    `INSERT INTO service_kit.checkpoint (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET
       position = greatest(checkpoint.position COLLATE "C", EXCLUDED.position COLLATE "C"), updated_at = now()`,
    [name, position],
  );
}
