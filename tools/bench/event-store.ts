import { randomBytes, randomUUID } from 'node:crypto';
import { PostgresEventStore, streamName, type Append, type NewEvent } from '@metermesh/event-store';
import { startPostgres } from '@metermesh/testing';
import pg from 'pg';

export const name = 'event-store';

const secondsEach = 5;
const rounds = 2;
const streamsTogether = 500;
const connections = 8;
const batchConnections = 3;
/** A small event: about a register read with its metadata. */
const dataBytes = 100;

interface Contender {
  label: string;
  connections: number;
  /** Makes one round trip and answers how many events it recorded. */
  step(client: pg.PoolClient): Promise<number>;
  eventsPerSecond: number[];
}

/** Appends a second with the durability that production has, beside plain inserts on the same server. */
export async function run(): Promise<void> {
  const postgres = await startPostgres({ shared_buffers: '256MB', max_wal_size: '4GB' });
  const pool = new pg.Pool({ connectionString: await postgres.createDatabase(), max: connections });
  try {
    const store = new PostgresEventStore(pool);
    await store.migrate();
    await pool.query('create table plain (id uuid primary key, type text, data bytea, metadata jsonb)');

    const singleRows = contender(
      'single-row inserts, prepared, committed one by one',
      connections,
      async (client) => {
        const { id, type, data, metadata } = smallEvent();
        const text = 'insert into plain values ($1, $2, $3, $4)';
        await client.query({ name: 'single-row', text, values: [id, type, data, metadata] });
        return 1;
      },
    );
    const oneByOne = contender('appends of one event', connections, async (client) => {
      await store.appendWith(client, appendToNextStream(1));
      return 1;
    });
    const together = contender(
      `appends to ${streamsTogether} streams, one event each`,
      batchConnections,
      async (client) => {
        await store.appendWith(
          client,
          ...Array.from({ length: streamsTogether }, () => appendToNextStream(1)),
        );
        return streamsTogether;
      },
    );
    const blocks = contender(
      `appends to ${streamsTogether} streams, ten events each`,
      batchConnections,
      async (client) => {
        await store.appendWith(
          client,
          ...Array.from({ length: streamsTogether }, () => appendToNextStream(10)),
        );
        return streamsTogether * 10;
      },
    );

    const contenders = [singleRows, oneByOne, together, blocks];
    // Interleaved, so that whatever else the machine does falls on all alike.
    for (let round = 0; round < rounds; round++) {
      for (const each of contenders) each.eventsPerSecond.push(await measure(pool, each));
    }

    for (const each of contenders) {
      const rate = Math.round(mean(each)).toLocaleString('en').padStart(9);
      const ratio = (mean(each) / mean(singleRows)).toFixed(1).padStart(6);
      console.log(`${rate} events/s ${ratio} ×  ${each.label}, ${each.connections} connections`);
    }
    report('to 500 streams at once against single-row inserts', mean(together) / mean(singleRows), 4);
    report('to 500 streams at once against one event at a time', mean(together) / mean(oneByOne), 4);
  } finally {
    await pool.end();
    await postgres.stop();
  }
}

function contender(label: string, connections: number, step: Contender['step']): Contender {
  return { label, connections, step, eventsPerSecond: [] };
}

async function measure(pool: pg.Pool, { connections, step }: Contender): Promise<number> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  const begin = performance.now();
  const end = begin + secondsEach * 1000;
  const counts = await Promise.all(
    clients.map(async (client) => {
      let events = 0;
      while (performance.now() < end) events += await step(client);
      return events;
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  clients.forEach((client) => client.release());
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

const data = randomBytes(dataBytes);

function smallEvent(): NewEvent {
  return {
    id: randomUUID(),
    type: 'metermesh.ingestion.v1.RegisterRead',
    data,
    metadata: { occurredAt: '2026-11-01T00:15:00Z', actor: 'ingestion' },
  };
}

/** Every stream is appended to again and again, as a month's is by the pushes of its meter. */
const meters = 5000;
let appends = 0;

function appendToNextStream(events: number): Append {
  const stream = streamName('meter-readings', `meter-${appends++ % meters}-2026-11`);
  return { stream, expected: 'any', events: Array.from({ length: events }, smallEvent) };
}

function mean({ eventsPerSecond }: Contender): number {
  return eventsPerSecond.reduce((sum, rate) => sum + rate, 0) / eventsPerSecond.length;
}

function report(what: string, ratio: number, aim: number): void {
  console.log(`${what}: ${ratio.toFixed(1)} ×, aim ≥ ${aim} × ${ratio >= aim ? 'met' : 'MISSED'}`);
}
