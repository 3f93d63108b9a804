import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

export const DATABASE = Symbol('DATABASE');

const kitMigrations = new URL('../migrations/', import.meta.url);

/** `date` columns stay ISO text: a calendar date has no time zone to be shifted by. */
const DATE_OID = 1082;
pg.types.setTypeParser(DATE_OID, (text) => text);

export function openDatabase(url: string, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  pool.on('error', onError);
  return pool;
}

/** Brings the database to the newest schema: the kit's tables, then the service's own plain SQL files, each once. */
export async function migrate(pool: pg.Pool, migrations: URL): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, kitMigrations, 'service_kit_migration');
    await runMigrations(client, migrations, 'service_migration');
  } finally {
    client.release();
  }
}

async function runMigrations(client: pg.PoolClient, directory: URL, migrationsTable: string): Promise<void> {
  await runner({
    dbClient: client,
    dir: fileURLToPath(directory),
    migrationsTable,
    direction: 'up',
    advisoryLockMode: 'wait',
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies while it is lent out says so by an event, which nobody else hears and which would end us.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
