/*
 * A process that works on bill runs, for tests to kill: `node --conditions=source bill-run-process.ts`, with DATABASE_URL.
 * Says "working" when it begins, and ends by itself when no run is left.
 */
import { isRefusal } from '@metermesh/decider';
import { PostgresEventStore } from '@metermesh/event-store';
import { openDatabase } from '@metermesh/service-kit/database';
import { BillRunner } from '../src/adapters/bill-runner.ts';
import { readTariff } from '../src/adapters/tariff-library.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';

const pool = openDatabase(process.env['DATABASE_URL']!, () => {});
const store = new PostgresEventStore(pool);
const tariffs = new Map<string, Tariff>();
const policy = { suspectShare: 0.01, estimatedShare: 0.1, dueDays: 14, holdNegativeTotals: true };

const runner = new BillRunner(
  {
    pool,
    store,
    policy,
    gasDays: async () => undefined,
    async tariff(id) {
      const found = tariffs.get(id) ?? (await readTariff(id));
      if (!isRefusal(found)) tariffs.set(id, found);
      return found;
    },
  },
  {
    agreementsASlice: Number(process.env['AGREEMENTS_A_SLICE']),
    pollInterval: 50,
    onError(error) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    },
  },
);

const stopping = new AbortController();
const running = runner.run(stopping.signal);
process.stdout.write('working\n');
for (;;) {
  const { rowCount } = await pool.query(`SELECT FROM bill_run WHERE status = 'RUNNING'`);
  if (rowCount === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
stopping.abort();
await running;
await pool.end();
