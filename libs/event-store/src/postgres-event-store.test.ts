import { startPostgres } from '@metermesh/testing';
import pg from 'pg';
import { describeEventStore } from './event-store.contract.ts';
import { PostgresEventStore } from './postgres-event-store.ts';

describeEventStore('the Postgres event store', async () => {
  const postgres = await startPostgres();
  const pool = new pg.Pool({ connectionString: await postgres.createDatabase() });
  const store = new PostgresEventStore(pool);
  await store.migrate();
  return {
    store,
    seesIdsOfOtherStreams: true,
    async stop() {
      await pool.end();
      await postgres.stop();
    },
  };
});
