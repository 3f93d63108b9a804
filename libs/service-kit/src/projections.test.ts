import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PostgresEventStore, streamName } from '@metermesh/event-store';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import type pg from 'pg';
import { migrate, openDatabase } from './database.ts';
import { ProjectionHost, type Projection } from './projections.ts';

jest.setTimeout(60_000);

/** Counts, so that an event applied twice shows. */
const counting: Projection = {
  name: 'counting',
  categories: ['counted'],
  async apply(client, events) {
    await client.query('UPDATE counter SET value = value + $1', [events.length]);
  },
};

describe('a projection of several replicas', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  let store: PostgresEventStore;

  let ownMigrations: URL;

  beforeAll(async () => {
    postgres = await startPostgres();
    const directory = await mkdtemp(join(tmpdir(), 'metermesh-migrations-'));
    await writeFile(
      join(directory, '0001_counter.sql'),
      '-- Up Migration\nCREATE TABLE counter AS SELECT 0 AS value;\n',
    );
    ownMigrations = pathToFileURL(`${directory}/`);
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(ownMigrations, { recursive: true });
  });

  beforeEach(async () => {
    pool = openDatabase(await postgres.createDatabase(), () => {});
    await migrate(pool, ownMigrations);
    store = new PostgresEventStore(pool);
    await store.migrate();
  });

  const append = async (category: string, count: number) => {
    const events = Array.from({ length: count }, () => ({
      id: randomUUID(),
      type: 'Counted',
      data: new Uint8Array(),
      metadata: {},
    }));
    const [result] = await store.append({
      stream: streamName(category, randomUUID()),
      expected: 'no-stream',
      events,
    });
    return result!.position;
  };
  const counted = async () =>
    (await pool.query<{ value: number }>('SELECT value FROM counter')).rows[0]!.value;

  it('applies every event once, though all of them read it', async () => {
    await append('counted', 700);
    const replicas = [1, 2, 3].map(() => new ProjectionHost(store, pool, [counting]));
    for (const replica of replicas) replica.onApplicationBootstrap();
    let last = '';
    for (let round = 0; round < 30; round++) last = await append('counted', 3);
    await replicas[0]!.reach(last);
    expect(await counted()).toBe(790);

    // One stops, the others go on.
    await replicas[0]!.beforeApplicationShutdown();
    await replicas[1]!.reach(await append('counted', 10));
    expect(await counted()).toBe(800);
    await Promise.all(replicas.map((replica) => replica.beforeApplicationShutdown()));
    await pool.end();
  });

  it('comes past events of categories that it does not read', async () => {
    const host = new ProjectionHost(store, pool, [counting]);
    host.onApplicationBootstrap();
    await host.reach(await append('others', 5));
    expect(await counted()).toBe(0);
    await host.beforeApplicationShutdown();
    await pool.end();
  });

  it('begins again with what it had not committed when it failed', async () => {
    let failures = 2;
    const stumbling: Projection = {
      ...counting,
      async apply(client, events) {
        await counting.apply(client, events);
        if (failures-- > 0) throw new Error('stumbled');
      },
    };
    const host = new ProjectionHost(store, pool, [stumbling]);
    jest.spyOn(host['logger'], 'error').mockImplementation(() => {});
    host.onApplicationBootstrap();
    await host.reach(await append('counted', 4));
    expect(await counted()).toBe(4);
    expect(failures).toBeLessThan(0);
    await host.beforeApplicationShutdown();
    await pool.end();
  });

  it('goes on while another one of its service fails, which goes on by itself once it can', async () => {
    let isBroken = true;
    const broken: Projection = {
      name: 'broken',
      async apply() {
        if (isBroken) throw new Error('broken');
      },
    };
    const host = new ProjectionHost(store, pool, [counting, broken]);
    jest.spyOn(host['logger'], 'error').mockImplementation(() => {});
    const aloneHost = new ProjectionHost(store, pool, [counting]);
    host.onApplicationBootstrap();
    await aloneHost.reach(await append('counted', 4));
    const last = await append('counted', 3);
    await aloneHost.reach(last);
    expect(await counted()).toBe(7);

    isBroken = false;
    await host.reach(last);
    expect(await counted()).toBe(7);
    await host.beforeApplicationShutdown();
    await pool.end();
  });

  it('is built anew beside those that stand where they are', async () => {
    const first = new ProjectionHost(store, pool, [counting]);
    first.onApplicationBootstrap();
    await first.reach(await append('counted', 4));
    await first.beforeApplicationShutdown();

    const seen: number[] = [];
    const added: Projection = {
      name: 'added',
      apply: async (_client, events) => void seen.push(events.length),
    };
    const second = new ProjectionHost(store, pool, [counting, added]);
    second.onApplicationBootstrap();
    await second.reach(await append('counted', 2));
    expect(await counted()).toBe(6);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(6);
    await second.beforeApplicationShutdown();
    await pool.end();
  });

  it('reads the log once for all that stand at the same place', async () => {
    const others = ['second', 'third'].map((name): Projection => ({ name, apply: async () => {} }));
    await append('counted', 4);
    const subscribe = jest.spyOn(store, 'subscribe');
    const host = new ProjectionHost(store, pool, [counting, ...others]);
    host.onApplicationBootstrap();
    await host.reach(await append('counted', 2));
    expect(await counted()).toBe(6);
    expect(subscribe).toHaveBeenCalledTimes(1);
    await host.beforeApplicationShutdown();
    await pool.end();
  });
});
