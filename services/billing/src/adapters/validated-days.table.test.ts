import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localDay, Quality } from '@metermesh/metering';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { day } from '../../test/billing-scenario.ts';
import { eventIds } from '../domain/billing-cycle/event-ids.ts';
import { ValidatedDays } from './validated-days.table.ts';
import { validatedDaysOf } from './validated-days-of.ts';

const migration = (name: string) => readFile(new URL(`../../migrations/${name}`, import.meta.url), 'utf8');
const MARCH = { start: '2024-03-01', end: '2024-04-01' };
const TYPES = ['active-energy-import', 'active-energy-export'];

let postgres: TestPostgres;
let pool: pg.Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = new pg.Pool({ connectionString: await postgres.createDatabase() });
  await pool.query(await migration('0001_billing.sql'));
  await pool.query(
    `INSERT INTO validated_day VALUES
       ('UP-old', 'active-energy-import', '2024-03-31', 5, '00000000-0000-4000-8000-000000000001',
        '{00000000-0000-4000-8000-000000000002,00000000-0000-4000-8000-000000000003}', $1, 3600, $2, $3, 40007, 1, 1, 0)`,
    [
      new Date(localDay('2024-03-31', 'Europe/Berlin').start),
      [7, 40_000, 99],
      Buffer.of(Quality.Actual, Quality.Suspect, Quality.Missing),
    ],
  );
  await pool.query(await migration('0003_bill_runs.sql'));
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

describe('validated days', () => {
  it('are read as they were kept, by reading type and in order of date, without those of other periods', async () => {
    const days = new ValidatedDays(pool);
    const import30 = day('2024-03-30', 100);
    const import31 = day('2024-03-31', 123_456);
    const export31 = day('2024-03-31', 7);
    await days.keep('UP-1', 'active-energy-import', import31);
    await days.keep('UP-1', 'active-energy-import', import30);
    await days.keep('UP-1', 'active-energy-export', export31);
    await days.keep('UP-1', 'temperature', import31);
    await days.keep('UP-1', 'active-energy-import', day('2024-04-01', 5));
    await days.keep('UP-1', 'active-energy-import', day('2024-02-29', 5));

    const found = await days.ofPeriod('UP-1', TYPES, MARCH);
    expect([...found.keys()].sort()).toEqual([...TYPES].sort());
    expect(found.get('active-energy-import')).toEqual([asRead(import30), asRead(import31)]);
    expect(found.get('active-energy-export')).toEqual([asRead(export31)]);
  });

  it('keep the highest version, in whatever order they come', async () => {
    const days = new ValidatedDays(pool);
    for (const version of [2n, 3n, 1n, 3n])
      await days.keep('UP-2', 'active-energy-import', day('2024-03-02', Number(version) * 24, { version }));
    const found = await days.ofPeriod('UP-2', TYPES, MARCH);
    expect(found.get('active-energy-import')).toMatchObject([{ version: 3n, quantity: 72 }]);
  });

  it('are read for many usage points at once, whatever they are called, in the order that is asked', async () => {
    const days = new ValidatedDays(pool);
    const names = ['it\'s \\ {a,"b"}', 'UP-\u{1f600}', 'unknown', 'UP-3'];
    for (const [index, name] of names.entries())
      if (name !== 'unknown') await days.keep(name, 'active-energy-import', day('2024-03-05', index));
    const found = await validatedDaysOf(
      pool,
      names.map((usagePointId) => ({ usagePointId, readingTypes: TYPES, ...MARCH })),
    );
    expect(found.map((each) => each.get('active-energy-import')?.map(({ quantity }) => quantity))).toEqual([
      [0],
      [1],
      undefined,
      [3],
    ]);
  });

  it('of before they were packed are still there, and what was not known of them counts nothing', async () => {
    const [old] = (await new ValidatedDays(pool).ofPeriod('UP-old', TYPES, MARCH)).get(
      'active-energy-import',
    )!;
    expect(old).toMatchObject({
      date: '2024-03-31',
      version: 5n,
      eventPosition: '',
      startsAt: localDay('2024-03-31', 'Europe/Berlin').start,
      intervalSeconds: 3600,
      values: Int32Array.of(7, 40_000, 0),
      quantity: 40_007,
      missingIntervals: 1,
      suspectIntervals: 1,
      estimatedIntervals: 0,
    });
    expect([...old!.qualities]).toEqual([Quality.Actual, Quality.Suspect, Quality.Missing]);
    expect(eventIds(old!.eventIds)).toEqual(
      [1, 2, 3].map((number) => `00000000-0000-4000-8000-00000000000${number}`),
    );
  });

  it('leave the connection usable when the database refuses', async () => {
    const single = new pg.Pool({ connectionString: pool.options.connectionString!, max: 1 });
    const wrong = { usagePointId: 'UP-1', readingTypes: TYPES, start: 'no date', end: '2024-04-01' };
    await expect(validatedDaysOf(single, [wrong])).rejects.toThrow('invalid input syntax for type date');
    expect(await validatedDaysOf(single, [{ ...wrong, start: '2024-03-31' }])).toHaveLength(1);
    await single.end();
  });
});

/** Octets come as views of what was read. */
const asRead = (each: ReturnType<typeof day>) => ({
  ...each,
  eventIds: Buffer.from(each.eventIds),
});
