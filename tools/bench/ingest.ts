import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeDataNotificationConfirm,
  encodeLoadProfilePush,
  encodeWrapper,
  encryptGeneralGlo,
  isDecodeError,
  WrapperSplitter,
} from '@metermesh/protocols';
import { startNats, startPostgres } from '@metermesh/testing';
import pg from 'pg';
import { build } from '../build.ts';
import { cpuSeconds, serverProcessId } from './cpu-time.ts';
import { startHeadEnd, type BenchMeter } from './ingest/head-end.ts';
import { median } from './median.ts';

export const name = 'ingest';

const INTERVAL_SECONDS = 900;
const SLOTS = 96;
const DAY_MS = 86_400_000;
const meterCount = 400;
const connections = 25;
/** Pushes that a concentrator has under way before it waits for a confirmation. */
const underWay = 16;
const rounds = 3;
const firstDay = Date.parse('2025-03-01T00:00:00Z');
/** The best that a published meter-data system does, readings a second and core. */
const BEST_PUBLISHED = 13_900;

interface Shape {
  label: string;
  rowsAPush: number;
  daysARound: number;
}

const shapes: readonly Shape[] = [
  { label: 'a day a push (96 intervals)', rowsAPush: SLOTS, daysARound: 10 },
  { label: 'an hour a push (4 intervals)', rowsAPush: 4, daysARound: 1 },
];

/**
 * Encrypted DLMS pushes over TCP until every reading is confirmed, committed and in the load profile table, beside COPY
 * of the same readings as rows with a primary key: the same server, in turns, everything durable.
 */
export async function run(): Promise<void> {
  build();
  const folder = await mkdtemp(join(tmpdir(), 'metermesh-bench-'));
  // Postgres, which may run as another user, reads from it.
  await chmod(folder, 0o755);
  const postgres = await startPostgres({ shared_buffers: '512MB', max_wal_size: '4GB' });
  const nats = await startNats();
  const headEnd = await startHeadEnd(postgres, nats, meterCount, folder);
  const pool = new pg.Pool({ connectionString: headEnd.databaseUrl, max: 2 });
  // Where a run fails the server ends first: the run's own error is the one to see.
  pool.on('error', () => {});
  try {
    await pool.query(`create table reading_row (usage_point_id text, reading_type text, start timestamptz, value integer,
      quality smallint, primary key (usage_point_id, reading_type, start))`);
    const servers = [headEnd.pid, await serverProcessId(postgres.url), nats.pid];
    let day = 0;
    for (const shape of shapes) {
      const ours: number[] = [];
      const aBusyCore: number[] = [];
      const copied: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const from = firstDay + day * DAY_MS;
        const to = from + shape.daysARound * DAY_MS;
        day += shape.daysARound;
        const readings = meterCount * shape.daysARound * SLOTS;
        const busyBefore = busySeconds(servers);
        ours.push(readings / (await ingestSeconds(headEnd, pool, shape, from, to, readings)));
        aBusyCore.push(readings / (busySeconds(servers) - busyBefore));
        copied.push(readings / (await copySeconds(postgres.url, headEnd, folder, from, to)));
      }
      report(shape, median(ours), median(aBusyCore), median(copied));
    }
  } finally {
    await pool.end();
    await headEnd.stop();
    await nats.stop();
    await postgres.stop();
    await rm(folder, { recursive: true });
  }
}

type HeadEnd = Awaited<ReturnType<typeof startHeadEnd>>;

async function ingestSeconds(
  headEnd: HeadEnd,
  pool: pg.Pool,
  shape: Shape,
  from: number,
  to: number,
  readings: number,
): Promise<number> {
  const before = await readingsInTable(pool);
  const lanes = Array.from({ length: connections }, (_, lane) =>
    framesOf(
      headEnd.meters.filter((_meter, index) => index % connections === lane),
      shape,
      from,
      to,
    ),
  );
  const begin = performance.now();
  await Promise.all(lanes.map((frames) => sendAll(headEnd.port, frames)));
  while ((await readingsInTable(pool)) < before + readings) await new Promise((go) => setTimeout(go, 10));
  return (performance.now() - begin) / 1000;
}

async function readingsInTable(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ known: string }>(
    'select coalesce(sum(cardinality("values") - missing), 0) as known from load_profile_day',
  );
  return Number(rows[0]!.known);
}

let lastInvocation = 0;

/** Made beforehand: what meters spend is not the head-end's. */
function framesOf(meters: readonly BenchMeter[], shape: Shape, from: number, to: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const step = shape.rowsAPush * INTERVAL_SECONDS * 1000;
  for (let start = from; start < to; start += step) {
    for (const meter of meters) {
      const plain = encodeLoadProfilePush({
        serialNumber: meter.serialNumber,
        invokeId: frames.length + 1,
        confirmed: true,
        sentAt: start + step,
        deviation: 0,
        intervalSeconds: INTERVAL_SECONDS,
        channels: [{ obis: '1.0.1.29.0.255', scaler: 0, unitCode: 30 }],
        rows: Array.from({ length: shape.rowsAPush }, (_, row) => {
          const at = start + row * INTERVAL_SECONDS * 1000;
          return { start: at, values: [valueAt(at, meter)] };
        }),
      });
      lastInvocation += 1;
      const apdu = encryptGeneralGlo(plain, {
        systemTitle: meter.systemTitle,
        keys: meter.keys,
        invocationCounter: lastInvocation,
      });
      frames.push(encodeWrapper({ source: 1, destination: 1, payload: apdu }));
    }
  }
  return frames;
}

const valueAt = (at: number, { index }: BenchMeter) => (at / 900_000 + index * 7) % 1000;

/** One concentrator's connection: resolves when every push has been confirmed. */
function sendAll(port: number, frames: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let confirmed = 0;
    const splitter = new WrapperSplitter();
    const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true }, send);
    socket.on('error', reject);
    socket.on(
      'close',
      () => confirmed < frames.length && reject(new Error('The head-end closed a connection.')),
    );
    socket.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) {
        if (isDecodeError(frame) || isDecodeError(decodeDataNotificationConfirm(frame.payload)))
          return reject(new Error('The head-end answered something that is no confirmation.'));
        confirmed += 1;
      }
      if (confirmed === frames.length) {
        socket.end();
        resolve();
      } else send();
    });
    function send() {
      while (sent < frames.length && sent - confirmed < underWay) socket.write(frames[sent++]!);
    }
  });
}

async function copySeconds(superuser: string, headEnd: HeadEnd, folder: string, from: number, to: number) {
  const file = join(folder, `${randomUUID()}.tsv`);
  const lines: string[] = [];
  for (let at = from; at < to; at += INTERVAL_SECONDS * 1000) {
    const start = new Date(at).toISOString();
    for (const meter of headEnd.meters)
      lines.push(`${meter.usagePointId}\tactive-energy-import\t${start}\t${valueAt(at, meter)}\t0\n`);
  }
  await writeFile(file, lines.join(''), { mode: 0o644 });
  const url = new URL(superuser);
  url.pathname = new URL(headEnd.databaseUrl).pathname;
  const client = new pg.Client(url.href);
  await client.connect();
  const begin = performance.now();
  await client.query(`copy reading_row from '${file}'`);
  const seconds = (performance.now() - begin) / 1000;
  await client.end();
  await rm(file);
  return seconds;
}

function report({ label }: Shape, ours: number, aBusyCore: number, copied: number): void {
  const rate = (value: number) => Math.round(value).toLocaleString('en').padStart(9);
  console.log(`${label}, ${meterCount} meters over ${connections} connections`);
  console.log(`${rate(ours)} readings/s  received, decrypted, committed, confirmed and in the table`);
  if (!Number.isNaN(aBusyCore))
    console.log(`${rate(aBusyCore)} readings/s a core that service, database and broker keep busy`);
  console.log(`${rate(copied)} readings/s  COPY of the same readings as rows with a primary key`);
  console.log(
    `  ${(ours / copied).toFixed(2)} × COPY, aim ≥ 0.5 × ${ours / copied >= 0.5 ? 'met' : 'MISSED'}; ` +
      `${(aBusyCore / BEST_PUBLISHED).toFixed(1)} × the best published per core (${BEST_PUBLISHED} readings/s)`,
  );
}

/** NaN where the system does not tell. */
const busySeconds = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + (cpuSeconds(pid) ?? NaN), 0);
