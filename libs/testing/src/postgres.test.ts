import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres, type TestPostgres } from './postgres.ts';

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a Postgres server for tests', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it('is a real server', async () => {
    const [row] = await ask<{ version: string }>(postgres.url, 'select version()');
    expect(row?.version).toMatch(/^PostgreSQL \d+/);
  });

  it('gives every caller an empty database of its own', async () => {
    const [one, other] = await Promise.all([
      postgres.createDatabase(),
      postgres.createDatabase('named-as wished'),
    ]);
    await ask(one, 'create table reading (value bigint)');
    expect(await ask(other, `select current_database() as name, to_regclass('reading') as reading`)).toEqual([
      { name: 'named-as wished', reading: null },
    ]);
  });
});

describe('a Postgres server whose test process is killed', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('is gone, with its folder, after %s', async (signal) => {
    const script = `
      import pg from 'pg';
      import { startPostgres } from '@metermesh/testing';
      const { url } = await startPostgres();
      const client = new pg.Client(url);
      await client.connect();
      const { rows: [row] } = await client.query("select current_setting('data_directory') as folder");
      console.log(JSON.stringify({ url, folder: row.folder }));
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url, folder } = JSON.parse(line.toString()) as { url: string; folder: string };
    await ask(url, 'select 1');
    expect(existsSync(folder)).toBe(true);

    child.kill(signal);
    await once(child, 'exit');

    for (let tries = 0; existsSync(folder) && tries < 200; tries++) await sleep(50);
    expect(existsSync(folder)).toBe(false);
    await expect(ask(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });
});
