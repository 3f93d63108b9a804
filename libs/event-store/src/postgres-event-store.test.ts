import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { all, fact, follow } from './contract-kit.ts';
import { describeEventStore } from './event-store.contract.ts';
import { streamName, type Append, type NewEvent, type StreamName } from './event-store.ts';
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

describe('the Postgres event store, where transactions meet', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  let store: PostgresEventStore;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: await postgres.createDatabase() });
    store = new PostgresEventStore(pool, { pollInterval: 100 });
    await store.migrate();
    // Who first uses a category makes others wait until it is committed; here all begin with it made.
    await pool.query(`insert into event_store.categories (name) values ('meter')`);
  });
  afterEach(async () => {
    await store.close();
    await pool.end();
  });

  const to = (stream: StreamName, ...events: NewEvent[]): Append => ({ stream, expected: 'any', events });
  const meter = (id: string) => streamName('meter', id);

  async function begin() {
    const client = await pool.connect();
    await client.query('begin');
    const finish = (how: 'commit' | 'rollback') => async () => {
      await client.query(how);
      client.release();
    };
    return { client, commit: finish('commit'), rollback: finish('rollback') };
  }

  /** What a follower sees that orders by position alone and keeps the highest one as its checkpoint. */
  function naiveFollower() {
    let checkpoint = '0';
    const seen: string[] = [];
    return {
      seen,
      async look() {
        const { rows } = await pool.query<{ type: string; position: string }>(
          'select type, position from event_store.events where position > $1 order by position',
          [checkpoint],
        );
        seen.push(...rows.map(({ type }) => type));
        checkpoint = rows.at(-1)?.position ?? checkpoint;
      },
    };
  }

  it('does not skip an event whose transaction commits late, as following positions would', async () => {
    const naive = naiveFollower();
    const following = follow(store, { category: 'meter' });
    const early = await begin();
    const late = await begin();
    await store.appendWith(early.client, to(meter('early'), fact('Early')));
    await store.appendWith(late.client, to(meter('late'), fact('Late')));

    await late.commit();
    await naive.look();
    await store.append(to(streamName('other', '1'), fact('Meanwhile')));
    expect(following.seen).toEqual([]);
    await early.commit();
    await naive.look();

    const seen = await following.until(2);
    await following.stop();
    expect(seen.map(({ type }) => type)).toEqual(['Early', 'Late']);
    expect(naive.seen).toEqual(['Late', 'Meanwhile']);
  });

  it('goes on past a transaction that is rolled back', async () => {
    const following = follow(store, { category: 'meter' });
    const failing = await begin();
    await store.appendWith(failing.client, to(meter('1'), fact('Lost')));
    await store.append(to(meter('2'), fact('Kept')));
    await failing.rollback();

    expect((await following.until(1)).map(({ type }) => type)).toEqual(['Kept']);
    await following.stop();
    expect(await all(store.read(meter('1')))).toEqual([]);
  });

  it('does not say that it has caught up while a committed event waits for an earlier transaction', async () => {
    const open = await begin();
    await store.appendWith(open.client, to(meter('open'), fact('Open')));
    await store.append(to(meter('done'), fact('Done')));

    const following = follow(store, { category: 'meter' });
    const first = await Promise.race([
      following.caughtUp.then(() => 'caught up'),
      new Promise((resolve) => setTimeout(resolve, 300, 'waiting')),
    ]);
    expect(first).toBe('waiting');

    await open.commit();
    expect((await following.untilCaughtUp()).map(({ type }) => type)).toEqual(['Open', 'Done']);
  });

  it("keeps a stream's order in the log even if the later append's transaction began first", async () => {
    const first = await begin();
    await first.client.query('create table reading (value bigint)');
    await store.append(to(meter('1'), fact('A')));
    await store.appendWith(first.client, to(meter('1'), fact('B')), to(meter('2'), fact('C')));
    await first.commit();
    await store.append(to(meter('2'), fact('D')));

    const seen = await follow(store, { category: 'meter' }).untilCaughtUp();
    expect(seen.map(({ type }) => type)).toEqual(['A', 'B', 'C', 'D']);
    for (const [index, { position }] of seen.entries()) {
      const rest = await follow(store, { category: 'meter', from: position }).untilCaughtUp();
      expect(rest.map(({ type }) => type)).toEqual(['A', 'B', 'C', 'D'].slice(index + 1));
    }
  });

  it("commits or rolls back events with the caller's rows", async () => {
    await pool.query('create table reading (value bigint)');
    for (const [id, end] of [
      ['kept', 'commit'],
      ['lost', 'rollback'],
    ] as const) {
      const transaction = await begin();
      await transaction.client.query('insert into reading values (1)');
      await store.appendWith(transaction.client, to(meter(id), fact('A')));
      await transaction[end]();
    }
    expect((await pool.query('select from reading')).rowCount).toBe(1);
    expect(await all(store.read(meter('kept')))).toHaveLength(1);
    expect(await all(store.read(meter('lost')))).toHaveLength(0);
  });

  it('follows by polling when its connection for notifications is cut', async () => {
    const following = follow(store, { category: 'meter' });
    await following.caughtUp;
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query = 'listen event_store'`,
    );
    await store.append(to(meter('1'), fact('A')));
    expect((await following.until(1)).map(({ type }) => type)).toEqual(['A']);
    await following.stop();
  });

  it('hears of appends of other processes at once, long before it would look again', async () => {
    const patient = new PostgresEventStore(pool, { pollInterval: 3_600_000 });
    const elsewhere = new pg.Pool({ connectionString: pool.options.connectionString! });
    const following = follow(patient, { category: 'meter' });
    await following.caughtUp;
    await new PostgresEventStore(elsewhere).append(to(meter('1'), fact('A')));
    expect(await following.until(1)).toHaveLength(1);
    await following.stop();
    await elsewhere.end();
  });

  it('migrates many times, also at once, and keeps what is recorded', async () => {
    await store.append(to(meter('1'), fact('A')));
    await Promise.all(Array.from({ length: 4 }, () => new PostgresEventStore(pool).migrate()));
    expect(await all(store.read(meter('1')))).toHaveLength(1);
  });

  it('goes on with a log that was restored into a server whose transactions count from the beginning', async () => {
    await store.append(to(meter('1'), fact('Before')));
    await pool.query('update event_store.events set transaction_id = transaction_id + 1000000000');
    await pool.query('update event_store.streams set transaction_id = transaction_id + 1000000000');

    await store.migrate();
    await store.append(to(meter('2'), fact('After')));
    await store.migrate();
    await store.append(to(meter('3'), fact('Later')));

    const seen = await follow(store, { category: 'meter' }).untilCaughtUp();
    expect(seen.map(({ type }) => type)).toEqual(['Before', 'After', 'Later']);
  });

  it('reports a database that is lost to whoever subscribes', async () => {
    const lost = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' });
    const subscription = new PostgresEventStore(lost).subscribe({
      signal: AbortSignal.timeout(5000),
      handle: async () => {},
    });
    await expect(subscription).rejects.toThrow(/ECONNREFUSED/);
    await lost.end();
  });
});
