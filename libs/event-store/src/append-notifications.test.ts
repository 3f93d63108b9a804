import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { AppendNotifications } from './append-notifications.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

/** As a server in recovery does, which answers everything else. */
class RefusesToListen extends pg.Client {
  override query(...query: unknown[]) {
    const text = query[0] === 'listen event_store' ? 'select in_recovery()' : query[0];
    return (super.query as (...query: unknown[]) => never)(text, ...query.slice(1));
  }
}

describe('hearing of appends', () => {
  it('keeps no connection of a server that does not let it listen', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url, max: 2, Client: RefusesToListen });
    const notifications = new AppendNotifications(pool);
    const stop = notifications.listen(() => {});
    for (let attempt = 0; attempt < 3; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      notifications.ensureConnected();
    }
    await stop();

    expect(pool.totalCount - pool.idleCount).toBe(0);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
