/*
 * Billing without its network, for a benchmark to drive: the bill runner and the projections in one process, as in the service.
 * Takes what to do as messages from the process that forked it, one at a time, and answers each.
 */
import { isRefusal } from '@metermesh/decider';
import { PostgresEventStore } from '@metermesh/event-store';
import { Commands, migrate, openDatabase, ProjectionHost } from '@metermesh/service-kit';
import { BillRunner } from '../src/adapters/bill-runner.ts';
import { billRunProjection } from '../src/adapters/bill-run.projection.ts';
import { progressOf } from '../src/adapters/bill-run-slices.table.ts';
import { billingProjection } from '../src/adapters/billing.projection.ts';
import { billRunStream } from '../src/adapters/complete-run.ts';
import { readTariffFile } from '../src/adapters/tariff-library.ts';
import { billRunDecider } from '../src/domain/bill-run/bill-run.decider.ts';
import { datesOf } from './household-facts.ts';
import { seedFleet } from './simulated-fleet.ts';

export interface BillRunMeasured {
  readonly billed: number;
  /** From the start of the run until its bills can be queried. */
  readonly seconds: number;
  /** Highest resident memory meanwhile. */
  readonly megabytes: number;
}

const TIME_ZONE = 'Asia/Seoul';
const ISSUED_AT = Date.parse('2025-11-02T00:00:00Z');

const pool = openDatabase(process.env['DATABASE_URL']!, () => {});
const store = new PostgresEventStore(pool);
const tariff = await readTariffFile(process.env['TARIFF_FILE']!);
if (isRefusal(tariff)) throw new Error(tariff.message);

await migrate(pool, new URL('../migrations/', import.meta.url));
await store.migrate();
await seedFleet(pool, {
  agreements: Number(process.env['AGREEMENTS']),
  timeZone: TIME_ZONE,
  dates: datesOf('2025-10-01', '2025-11-01'),
  intervalSeconds: 900,
  profiles: 100,
  valueAt: (profile, instant) => 50 + ((((instant / 900_000) % 2976) * 37 + profile * 101) % 500),
  termsOf: () => ({ tariffId: tariff.id }),
});
await pool.query('VACUUM');

const projections = new ProjectionHost(store, pool, [billingProjection, billRunProjection]);
projections.onApplicationBootstrap();
const runner = new BillRunner({
  pool,
  store,
  policy: { suspectShare: 0.01, estimatedShare: 0.1, dueDays: 14, holdNegativeTotals: true },
  gasDays: async () => undefined,
  tariff: async () => tariff,
});
void runner.run(new AbortController().signal);

async function billAll(runId: string): Promise<BillRunMeasured> {
  await pool.query(
    'TRUNCATE billing_cycle, bill, billing_exception, event_store.events, event_store.streams',
  );
  let megabytes = 0;
  const watch = setInterval(() => (megabytes = Math.max(megabytes, process.memoryUsage.rss() / 2 ** 20)), 20);
  const begin = performance.now();
  const command = { type: 'start', runId, now: ISSUED_AT, by: 'bench', reason: 'Benchmark' } as const;
  const started = await new Commands(store).execute(billRunDecider, billRunStream(runId), command, {
    actor: 'bench',
  });
  await projections.reach((started as { position?: string }).position);
  runner.look();
  for (;;) {
    const { rowCount } = await pool.query(`SELECT FROM bill_run WHERE id = $1 AND status = 'COMPLETED'`, [
      runId,
    ]);
    if (rowCount) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - begin) / 1000;
  clearInterval(watch);
  const { billed } = (await progressOf(pool, [runId])).get(runId)!;
  return { billed, seconds, megabytes };
}

process.on('message', (runId: string) => void billAll(runId).then((measured) => process.send!(measured)));
process.on('disconnect', () => process.exit());
process.send!('ready');
