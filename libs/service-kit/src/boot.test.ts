import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { boot } from './boot.ts';
import { generateClaimsKey, publicClaimsKeys } from './claims.ts';
import { parseEnvironment, serviceEnvironment } from './environment.ts';
import { ServiceModule } from './service.module.ts';

jest.setTimeout(60_000);

let postgres: TestPostgres;
let nats: TestNats;
let folder: string;
let taken: Server;

beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  folder = mkdtempSync(join(tmpdir(), 'metermesh-service-'));
  taken = createServer().listen(0, '127.0.0.1');
});
afterAll(async () => {
  taken.close();
  rmSync(folder, { recursive: true });
  await Promise.all([postgres.stop(), nats.stop()]);
});

const SCHEMA = 'scalar Date scalar DateTime scalar Decimal type Query { up: Boolean }';

interface Faults {
  migration?: string;
  schema?: string;
  port?: number;
}

/** A service with one table and one query, but for what is wrong with it. */
async function bootWith({ migration = 'CREATE TABLE meter ();', schema = SCHEMA, port = 0 }: Faults) {
  const root = mkdtempSync(join(folder, 'service-'));
  mkdirSync(join(root, 'migrations'));
  writeFileSync(join(root, 'migrations/0001_meter.sql'), `-- Up Migration\n${migration}`);
  writeFileSync(join(root, 'schema.graphql'), schema);
  const databaseUrl = await postgres.createDatabase();
  const environment = parseEnvironment(serviceEnvironment(0), {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    HTTP_PORT: String(port),
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.url,
    GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(await generateClaimsKey())),
  });
  const module = ServiceModule.with({ name: 'tried', environment, root: pathToFileURL(`${root}/`) });
  return { databaseUrl, booting: boot({ name: 'tried', environment, module }) };
}

async function connectionsTo(databaseUrl: string): Promise<number> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int FROM pg_stat_activity WHERE datname = $1',
      [new URL(databaseUrl).pathname.slice(1)],
    );
    return rows[0]!.count;
  } finally {
    await client.end();
  }
}

describe('a service that cannot start', () => {
  it.each<[string, () => Faults, RegExp]>([
    ['a migration', () => ({ migration: 'CREATE TABEL meter ();' }), /syntax error at or near "TABEL"/],
    ['the schema', () => ({ schema: 'type Query { up: ' }), /Syntax Error/],
    ['a taken port', () => ({ port: (taken.address() as { port: number }).port }), /EADDRINUSE/],
  ])('because of %s says so and keeps nothing open', async (_what, faults, message) => {
    const { databaseUrl, booting } = await bootWith(faults());

    await expect(booting).rejects.toThrow(message);

    expect(await connectionsTo(databaseUrl)).toBe(0);
  });
});
