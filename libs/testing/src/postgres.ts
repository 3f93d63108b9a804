import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgresServer } from '@metermesh/embedded';
import pg from 'pg';
import { freePorts } from './free-ports.ts';

export interface TestPostgres {
  /** Superuser's access to the database `postgres`. */
  url: string;
  /** Makes an empty database and answers its URL. */
  createDatabase(name?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Safe to lose, so quick: nothing waits for the disk. */
const nothingIsDurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A real Postgres server of its own on a free port, with nothing in it; gone without a trace after `stop`, or with us. */
export async function startPostgres(
  settings: Record<string, string | number> = nothingIsDurable,
): Promise<TestPostgres> {
  const folder = join(tmpdir(), `metermesh-postgres-${randomUUID()}`);
  const [port] = (await freePorts(1)) as [number];
  const server = await startPostgresServer({
    dataDirectory: folder,
    port,
    password: randomBytes(12).toString('hex'),
    settings: { max_connections: 200, ...settings },
    removeAfterwards: true,
  });

  async function withClient<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client(server.url);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  return {
    url: server.url,
    async createDatabase(name = `test_${randomBytes(6).toString('hex')}`) {
      await withClient((client) => client.query(`create database ${client.escapeIdentifier(name)}`));
      const url = new URL(server.url);
      url.pathname = `/${encodeURIComponent(name)}`;
      return url.href;
    },
    async stop() {
      await withClient(untilOthersHaveLeft);
      await server.stop();
    },
  };
}

/** A pool says that it has ended before its connections are closed; a server that ends now would make them fail. */
async function untilOthersHaveLeft(client: pg.Client): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { rows } = await client.query(
      `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    if (rows.length === 0) return;
    await sleep(10);
  }
}
