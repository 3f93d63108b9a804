import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresEventStore } from '@metermesh/event-store';
import { Commands, migrate, openDatabase, ProjectionHost } from '@metermesh/service-kit';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { billRunProjection } from '../src/adapters/bill-run.projection.ts';
import { progressOf } from '../src/adapters/bill-run-slices.table.ts';
import { billingProjection } from '../src/adapters/billing.projection.ts';
import { billRunStream } from '../src/adapters/complete-run.ts';
import { billRunDecider } from '../src/domain/bill-run/bill-run.decider.ts';
import { datesOf } from './household-facts.ts';
import { seedFleet, type FleetTerms } from './simulated-fleet.ts';

const AGREEMENTS = Number(process.env['BILL_RUN_AGREEMENTS'] ?? 20_000);
const AGREEMENTS_A_SLICE = AGREEMENTS / 200;
const KILLS = 10;
/** Milliseconds after it has begun to record bills within which a process is killed. */
const LONGEST_LIFE = 150;
const RUN = 'RUN-1';
const SUITE_MS = 600_000;

const tariffs = [
  'kepco/residential-low-voltage',
  'kepco/general-b-high-voltage-a-option-2',
  'kepco/residential-jeju-time-of-use',
];

/** Most have a week to be billed; every tenth a week and a month. Some lack a day, a registration or a tariff. */
function termsOf(agreement: number): FleetTerms {
  return {
    tariffId: agreement % 97 === 5 ? 'kepco/of-old' : tariffs[agreement % tariffs.length]!,
    contractKw: '10',
    startsOn: agreement % 10 === 0 ? '2025-09-24' : '2025-10-25',
    ...(agreement % 50 === 7 && { gapOn: '2025-10-28' }),
    isUnregistered: agreement % 501 === 500,
  };
}

let postgres: TestPostgres;
const seeded = 'seeded';
beforeAll(async () => {
  postgres = await startPostgres();
  const pool = openDatabase(await postgres.createDatabase(seeded), () => {});
  await migrate(pool, new URL('../migrations/', import.meta.url));
  await new PostgresEventStore(pool).migrate();
  await seedFleet(pool, {
    agreements: AGREEMENTS,
    timeZone: 'Asia/Seoul',
    dates: datesOf('2025-09-24', '2025-11-01'),
    intervalSeconds: 3600,
    profiles: 20,
    valueAt: (profile, instant) => 100 + (((instant / 3_600_000) * 37 + profile * 101) % 900),
    termsOf,
  });
  await pool.end();
}, SUITE_MS);
afterAll(async () => {
  for (const simulation of simulations) await simulation.stop();
  await postgres?.stop();
});
const simulations: Simulation[] = [];

/** Billing on a copy of the seeded database: its projections run here, the bill run in processes of its own. */
class Simulation {
  readonly url: string;
  readonly pool: pg.Pool;
  private projections!: ProjectionHost;
  private readonly store: PostgresEventStore;

  static async start(name: string): Promise<Simulation> {
    const client = new pg.Client(postgres.url);
    await client.connect();
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${seeded}`);
    await client.end();
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    return new Simulation(url.href);
  }

  private constructor(url: string) {
    this.url = url;
    this.pool = openDatabase(url, () => {});
    this.store = new PostgresEventStore(this.pool);
    this.project();
    simulations.push(this);
  }

  project(): void {
    this.projections = new ProjectionHost(this.store, this.pool, [billingProjection, billRunProjection]);
    this.projections.onApplicationBootstrap();
  }

  /** What queries read lags behind from now on, as far as can be. */
  stopProjecting(): Promise<void> {
    return this.projections.beforeApplicationShutdown();
  }

  async stop(): Promise<void> {
    await this.stopProjecting();
    await this.pool.end();
  }

  async startRun(): Promise<void> {
    const started = await new Commands(this.store).execute(
      billRunDecider,
      billRunStream(RUN),
      { type: 'start', runId: RUN, now: Date.parse('2025-11-02T00:00:00Z'), by: 'kim', reason: 'October' },
      { actor: 'kim' },
    );
    await this.projections.reach((started as { position?: string }).position);
  }

  /** Resolves when it has begun to work. */
  async work(): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      ['--conditions=source', fileURLToPath(new URL('bill-run-process.ts', import.meta.url))],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          DATABASE_URL: this.url,
          AGREEMENTS_A_SLICE: String(AGREEMENTS_A_SLICE),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await Promise.race([once(child.stdout!, 'data'), ended(child)]);
    return child;
  }

  /** Appends that have been begun: the number is given out before they are committed. */
  async appends(): Promise<string> {
    const { rows } = await this.pool.query<{ last_value: string }>(
      'SELECT last_value FROM event_store.append_number',
    );
    return rows[0]!.last_value;
  }

  async isCompleted(): Promise<boolean> {
    const { rowCount } = await this.pool.query(`SELECT FROM bill_run WHERE status = 'COMPLETED'`);
    return rowCount === 1;
  }

  async finish(): Promise<void> {
    const child = await this.work();
    expect(await ended(child)).toBe(0);
    const { rows } = await this.pool.query<{ transaction_id: string; position: string }>(
      'SELECT transaction_id, position FROM event_store.events ORDER BY transaction_id DESC, position DESC LIMIT 1',
    );
    const digits = (decimal: string) => BigInt(decimal).toString(16).padStart(16, '0');
    await this.projections.reach(`${digits(rows[0]!.transaction_id)}-${digits(rows[0]!.position)}`);
  }

  async progress() {
    const { latestAt: _, ...progress } = (await progressOf(this.pool, [RUN])).get(RUN)!;
    return progress;
  }

  /** Digests of what was recorded of billing cycles, and of what queries read. */
  async digests(): Promise<Record<string, string>> {
    const questions = {
      events: `SELECT s.name, e.revision, e.id, e.type, encode(e.data, 'hex') AS data
        FROM event_store.events e JOIN event_store.streams s ON s.id = e.stream_id
        JOIN event_store.categories c ON c.id = s.category_id WHERE c.name = 'billing-cycle' ORDER BY s.name COLLATE "C", e.revision`,
      cycles: 'SELECT * FROM billing_cycle ORDER BY agreement_id, period_start',
      bills: 'SELECT * FROM bill ORDER BY id',
      exceptions: `SELECT subject, code, status, message, agreement_id, customer_id, usage_point_id, period_start
        FROM billing_exception ORDER BY subject, code`,
    };
    const digests: Record<string, string> = {};
    for (const [name, question] of Object.entries(questions)) {
      const { rows } = await this.pool.query(question);
      digests[name] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
    }
    return digests;
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe(`a bill run over ${AGREEMENTS} agreements`, () => {
  it(
    `that is killed ${KILLS} times at random ends like one that is not, with each bill once`,
    async () => {
      const undisturbed = await Simulation.start('undisturbed');
      await undisturbed.startRun();
      await undisturbed.finish();

      const killed = await Simulation.start('killed');
      await killed.startRun();
      const lives: number[] = [];
      // At first the run finds nothing of what it has recorded before in the tables; then it finds most.
      await killed.stopProjecting();
      for (let kill = 0; kill < KILLS; kill++) {
        if (kill === KILLS / 2) killed.project();
        const appends = await killed.appends();
        const child = await killed.work();
        while ((await killed.appends()) === appends && child.exitCode === null) await sleep(5);
        lives.push(Math.round(Math.random() * LONGEST_LIFE));
        await sleep(lives.at(-1));
        expect(await killed.isCompleted()).toBe(false);
        child.kill('SIGKILL');
        await ended(child);
      }
      await killed.finish();

      const billed = AGREEMENTS + Math.ceil(AGREEMENTS / 10);
      const expected = await undisturbed.digests();
      expect(expected['cycles']).toMatch(new RegExp(`^${billed} `));
      expect({ lives, digests: await killed.digests() }).toEqual({ lives, digests: expected });
      expect(await killed.progress()).toEqual(await undisturbed.progress());

      const { rows } = await killed.pool.query(
        `SELECT count(*) FILTER (WHERE status = 'BILLED') AS billed, count(*) FILTER (WHERE status = 'HELD') AS held,
           (SELECT count(*) FROM event_store.events WHERE type LIKE '%.BillIssued') AS issued,
           (SELECT count(DISTINCT stream_id) FROM event_store.events WHERE type LIKE '%.BillIssued') AS cycles FROM billing_cycle`,
      );
      const { billed: bills, held, failures } = await killed.progress();
      expect(rows).toEqual([
        { billed: String(bills), held: String(held), issued: String(bills), cycles: String(bills) },
      ]);
      expect(failures).toEqual([]);
      expect(held).toBeGreaterThan(AGREEMENTS / 40);
    },
    SUITE_MS,
  );
});
