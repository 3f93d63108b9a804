import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, openDatabase } from '@metermesh/service-kit';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import type pg from 'pg';
import { finishSlice, planSlices, progressOf, takeSlice } from './bill-run-slices.table.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = openDatabase(await postgres.createDatabase(), () => {});
  await migrate(pool, new URL('../../migrations/', import.meta.url));
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

it('counts all failures of a run by code, and names the first hundred', async () => {
  await pool.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, starts_on, billing_day)
     SELECT 'AGR-' || n, 'CUST-1', 'UP-1', '2026-01-01', 1 FROM generate_series(100, 279) AS n`,
  );
  await pool.query(`INSERT INTO bill_run VALUES ('run', 'RUNNING', now(), NULL, 'kim', 'Due.')`);
  expect(await planSlices(pool, 'run', 60)).toBe(3);
  for (const code of ['ONE', 'OTHER', 'ONE']) {
    const slice = (await takeSlice(pool, 'run'))!;
    const failures = Array.from({ length: slice.agreements }, (_, index) => ({
      agreementId: `AGR-${slice.number}-${index}`,
      code,
      message: 'Why.',
    }));
    await finishSlice(pool, slice, { billed: 0, held: 0, unchanged: 0, failures });
  }
  const { failed, failures, done } = (await progressOf(pool, ['run'])).get('run')!;
  expect([failed, done]).toEqual([{ ONE: 120, OTHER: 60 }, 180]);
  expect(failures).toHaveLength(100);
  expect([failures[0]!.code, failures[99]!.code]).toEqual(['ONE', 'OTHER']);
});
