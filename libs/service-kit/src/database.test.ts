import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import type pg from 'pg';
import { inTransaction, openDatabase } from './database.ts';

describe('a transaction', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  beforeAll(async () => {
    postgres = await startPostgres();
    pool = openDatabase(postgres.url, () => {});
    await pool.query('CREATE TABLE note (text text)');
  });
  afterAll(async () => {
    await pool?.end();
    await postgres?.stop();
  });

  it('that fails leaves nothing behind', async () => {
    const failing = inTransaction(pool, async (client) => {
      await client.query(`INSERT INTO note VALUES ('half')`);
      throw new Error('after half');
    });
    await expect(failing).rejects.toThrow('after half');
    expect((await pool.query('SELECT * FROM note')).rows).toEqual([]);
  });

  it('whose connection dies fails, and neither the process nor the pool with it', async () => {
    const dying = inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.query(`INSERT INTO note VALUES ('late')`);
    });
    await expect(dying).rejects.toThrow();
    expect((await pool.query('SELECT * FROM note')).rows).toEqual([]);
  });
});
