import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { create, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { encodeEvent, LoadProfileRecordedSchema, RegisterReadSchema } from '@metermesh/contracts';
import { streamName, type RecordedEvent } from '@metermesh/event-store';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import fc from 'fast-check';
import pg from 'pg';
import { mergeRecorded } from '../src/adapters/load-profile.projection.ts';
import type { Queryable } from '../src/adapters/queryable.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** Half an hour before a local midnight, so that what follows lies on two days. */
const BEGIN = Date.parse('2025-06-01T23:30:00+09:00');
const EXCHANGED = BEGIN + 100 * MINUTE;

/** Something that one of two meters, of which the second took the place of the first, said. */
type Said =
  | { kind: 'register'; minute: number; units: number; receivedAt: number }
  | { kind: 'interval'; quarter: number; value: number; receivedAt: number };

const receivedAt = fc.integer({ min: BEGIN, max: BEGIN + 5 });
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('register' as const), minute: fc.nat(200), units: fc.nat(60), receivedAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('interval' as const), quarter: fc.nat(12), value: fc.nat(9), receivedAt }) },
); // prettier-ignore

describe('days derived from registers', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  let places = 0;

  beforeAll(async () => {
    postgres = await startPostgres();
    pool = new pg.Pool({ connectionString: postgres.url, max: 1 });
    const directory = new URL('../migrations/', import.meta.url);
    for (const name of (await readdir(directory)).sort())
      await pool.query((await readFile(new URL(name, directory), 'utf8')).split('-- Down Migration')[0]!);
  }, 60_000);
  afterAll(async () => {
    await pool?.end();
    await postgres?.stop();
  });

  /** What is known of days once the events have come in these batches, at a place of its own. */
  async function outcome(batches: readonly (readonly { id: string; said: Said }[])[]): Promise<unknown> {
    const place = ++places;
    const usagePointId = `UP${place}`;
    const channels = JSON.stringify([
      { readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 },
    ]);
    await pool.query(`INSERT INTO usage_point VALUES ($1, 'ELECTRICITY', 'Asia/Seoul')`, [usagePointId]);
    for (const [serial, from, to] of [
      [`A${place}`, 0, EXCHANGED],
      [`B${place}`, EXCHANGED, undefined],
    ] as const) {
      await pool.query(`INSERT INTO meter (serial_number, multiplier, channels) VALUES ($1, '1', $2)`, [
        serial,
        channels,
      ]);
      const move = `INSERT INTO meter_movement (serial_number, usage_point_id, moved_at, movement) VALUES ($1, $2, $3, $4)`;
      await pool.query(move, [serial, usagePointId, new Date(from), 'installed']);
      if (to) await pool.query(move, [serial, usagePointId, new Date(to), 'removed']);
    }
    for (const batch of batches)
      await mergeRecorded(
        pool as unknown as Queryable,
        batch.map(({ id, said }) => recorded(id, eventOf(said, usagePointId, place))),
      );
    const { rows } = await pool.query(
      `SELECT local_date::text, "values", encode(qualities, 'hex') AS qualities, slot_sources, source_event_ids, derived_from
       FROM load_profile_day WHERE usage_point_id = $1 AND missing < cardinality("values") ORDER BY local_date`,
      [usagePointId],
    );
    return rows;
  }

  it('depend only on what was said, not on the order or how often', async () => {
    const history = fc
      .array(said, { minLength: 2, maxLength: 25 })
      .map((all) =>
        all.map((each, i) => ({ id: `00000000-0000-5000-8000-${String(i).padStart(12, '0')}`, said: each })),
      )
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events.slice(0, 5)], {
            minLength: events.length + Math.min(5, events.length),
          }),
          fc.integer({ min: 1, max: 7 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(history, async ([events, shuffled, size]) => {
        const batches = [];
        for (let i = 0; i < shuffled.length; i += size) batches.push(shuffled.slice(i, i + size));
        expect(await outcome(batches)).toEqual(await outcome([events]));
      }),
      { numRuns: 60 },
    );
    const { rows } = await pool.query<{ layered: number }>(
      `SELECT count(*)::integer AS layered FROM load_profile_day WHERE derived_from <> '{}' AND source_event_ids <> '{}'`,
    );
    expect(rows[0]!.layered).toBeGreaterThan(50);
  }, 120_000);
});

function eventOf(said: Said, usagePointId: string, place: number): Message {
  const common = { usagePointId, receivedAt: timestampFromMs(said.receivedAt), source: 'test' };
  if (said.kind === 'interval')
    return create(LoadProfileRecordedSchema, {
      ...common,
      serialNumber: `A${place}`,
      blocks: [
        {
          readingType: 'active-energy-import',
          start: timestampFromMs(BEGIN + said.quarter * QUARTER),
          intervalSeconds: 900,
          values: [said.value],
          qualities: Uint8Array.of(0),
        },
      ],
    });
  const readAt = BEGIN + said.minute * MINUTE;
  return create(RegisterReadSchema, {
    ...common,
    serialNumber: `${readAt <= EXCHANGED ? 'A' : 'B'}${place}`,
    readAt: timestampFromMs(readAt),
    // It mostly counts on, now and then back.
    registers: [
      { obis: '1.0.1.8.0.255', value: BigInt(said.minute * 3 + said.units), scaler: 0, unit: 'Wh' },
    ],
  });
}

let position = 0;

function recorded(id: string, event: Message): RecordedEvent {
  const stream = streamName('meter-readings', 'M1-2025-06');
  const recordedAt = new Date();
  return {
    id,
    ...encodeEvent(event),
    metadata: {},
    stream,
    revision: 0,
    position: String(++position),
    recordedAt,
  };
}
