import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import {
  BillingService,
  codeOf,
  customer,
  operator,
  STARTING_MS,
  until,
} from './billing-service.test-kit.ts';
import { datesOf, TARIFF, type Household } from './household-facts.ts';

const PROGRESS = `id status issuedAt dueBy startedBy reason completedAt progress {
  agreements done billed held unchanged failed { code count } failures { agreement { id } code message } billsPerSecond
}`;

interface BillRun {
  id: string;
  status: string;
  issuedAt: string;
  completedAt: string | null;
  progress: Record<string, number | unknown[]>;
}

let service: BillingService;
let pool: pg.Pool;
beforeAll(async () => {
  service = await BillingService.start();
  pool = service.provided<pg.Pool>(DATABASE);
}, STARTING_MS);
afterAll(() => service?.stop(), STARTING_MS);

const start = (dueBy: string, claims = operator) =>
  service.ask(
    `mutation ($dueBy: Date) { startBillRun(dueBy: $dueBy, reason: "monthly") { ${PROGRESS} } }`,
    { dueBy },
    claims,
  );
const runOf = async (id: string) =>
  (await service.ask(`query ($id: ID!) { billRun(id: $id) { ${PROGRESS} } }`, { id })).data![
    'billRun'
  ] as BillRun;

/** A run from its start to its end. */
async function completed(dueBy: string): Promise<BillRun> {
  const { data } = await until(
    () => start(dueBy),
    (answer) => codeOf(answer) !== 'BILL_RUN_UNDER_WAY',
  );
  const { id } = data!['startBillRun'] as BillRun;
  return until(
    () => runOf(id),
    ({ status }) => status === 'COMPLETED',
  );
}

const months = datesOf('2025-09-01', '2025-11-01');
const october = datesOf('2025-10-01', '2025-11-01');

/** With all of its readings, but for the days left out. */
async function household(without: readonly string[] = [], tariffId?: string): Promise<Household> {
  const settled = await service.settle('2025-09-01', tariffId);
  const dates = months.filter((date) => !without.includes(date));
  await service.publishDays(settled, dates, 100);
  await until(
    () => pool.query('SELECT FROM validated_day WHERE usage_point_id = $1', [settled.usagePointId]),
    ({ rowCount }) => rowCount === dates.length,
  );
  return settled;
}

const cycles = async ({ agreementId }: Household) =>
  (
    await pool.query<{ period_start: string; status: string }>(
      'SELECT period_start, status FROM billing_cycle WHERE agreement_id = $1 ORDER BY period_start',
      [agreementId],
    )
  ).rows.map(({ period_start, status }) => `${period_start} ${status}`);

describe('a bill run', () => {
  it(
    'closes every cycle that is due, holds what cannot be billed, names what failed, and goes on',
    async () => {
      const billed = await household();
      const held = await household([october[3]!]);
      const untariffed = await household([], 'kepco/of-old');
      const faulty = await household();
      await pool.query(`UPDATE agreement_terms SET terms = terms - 'discounts' WHERE agreement_id = $1`, [
        faulty.agreementId,
      ]);
      const notYet = await service.settle('2025-10-20');
      await until(
        () => pool.query('SELECT FROM agreement WHERE id = $1', [notYet.agreementId]),
        ({ rowCount }) => rowCount === 1,
      );

      const run = await completed('2025-10-31');
      expect(run).toMatchObject({ startedBy: 'kim', reason: 'monthly', dueBy: '2025-10-31' });
      expect(run.progress).toMatchObject({
        agreements: 5,
        done: 5,
        billed: 2,
        held: 1,
        unchanged: 1,
        failed: [{ code: 'BILLING_FAILED', count: 1 }],
        failures: [{ agreement: { id: faulty.agreementId }, code: 'BILLING_FAILED' }],
      });

      const next = await completed('2025-11-01');
      expect(next.progress).toMatchObject({ billed: 1, held: 4, unchanged: 0, failed: [{ count: 1 }] });
      expect(await cycles(billed)).toEqual(['2025-09-01 BILLED', '2025-10-01 BILLED']);
      expect(await cycles(held)).toEqual(['2025-09-01 BILLED', '2025-10-01 HELD']);
      expect(await cycles(untariffed)).toEqual(['2025-09-01 HELD', '2025-10-01 HELD']);
      expect(await cycles(faulty)).toEqual([]);

      const { data } = await service.ask('query ($id: ID!) { bill(id: $id) { total issuedAt issuedBy } }', {
        id: `BILL-${billed.agreementId}-2025-10-01`,
      });
      const tariff = (await readTariff(TARIFF)) as Tariff;
      const rated = rateBill(tariff, {
        start: '2025-10-01',
        end: '2025-11-01',
        usage: { kWh: '74.4' },
      }) as RatedBill;
      const bill = data!['bill'] as { total: string; issuedAt: string };
      expect(bill).toMatchObject({ total: rated.total, issuedBy: 'kim' });
      expect(Date.parse(bill.issuedAt)).toBe(Date.parse(next.issuedAt));

      await pool.query(
        `UPDATE agreement_terms SET terms = terms || '{"discounts":[]}' WHERE agreement_id = $1`,
        [faulty.agreementId],
      );
      await service.publishDays(held, [october[3]!], 100);
      await until(
        () => pool.query('SELECT FROM validated_day WHERE usage_point_id = $1', [held.usagePointId]),
        ({ rowCount }) => rowCount === months.length,
      );
      const last = await completed('2025-11-01');
      expect(last.progress).toMatchObject({ billed: 3, held: 3, unchanged: 1, failed: [] });
      expect(await cycles(held)).toEqual(['2025-09-01 BILLED', '2025-10-01 BILLED']);
      expect(await cycles(faulty)).toEqual(['2025-09-01 BILLED', '2025-10-01 BILLED']);
      const { data: listed } = await service.ask(
        `{ billRuns(first: 2) { nodes { id } pageInfo { endCursor } } }`,
        {},
      );
      const { nodes, pageInfo } = listed!['billRuns'] as {
        nodes: unknown[];
        pageInfo: { endCursor: string };
      };
      expect(nodes).toEqual([{ id: last.id }, { id: next.id }]);
      const { data: more } = await service.ask(
        'query ($after: String) { billRuns(after: $after) { nodes { id } } }',
        { after: pageInfo.endCursor },
      );
      expect(more!['billRuns']).toEqual({ nodes: [{ id: run.id }] });
      expect(await service.metrics()).toMatch(
        /metermesh_bill_run_agreements_failed_total{code="BILLING_FAILED".*} 2/,
      );
    },
    STARTING_MS,
  );

  it(
    'stops while it is paused, keeps others from being started, and goes on',
    async () => {
      const waiting = await household();
      const client = await pool.connect();
      // The agreements cannot be cut into slices, so that the run is still under way when it is paused.
      await client.query(`BEGIN; LOCK TABLE bill_run_slice IN SHARE ROW EXCLUSIVE MODE`);
      const started = service.ask(
        'mutation { startBillRun(reason: "monthly", dueBy: "2025-11-01") { id } }',
        {},
      );
      const { rows } = await until(
        () => pool.query<{ id: string }>(`SELECT id FROM bill_run WHERE status = 'RUNNING'`),
        ({ rowCount }) => rowCount === 1,
      );
      const { id } = rows[0]!;
      const pause = service.ask(
        'mutation ($id: ID!) { pauseBillRun(id: $id, reason: "a doubt") { status } }',
        {
          id,
        },
      );
      await until(
        () => pool.query(`SELECT FROM bill_run WHERE id = $1 AND status = 'PAUSED'`, [id]),
        ({ rowCount }) => rowCount === 1,
      );
      await client.query('ROLLBACK');
      client.release();
      expect((await pause).data!['pauseBillRun']).toEqual({ status: 'PAUSED' });
      expect((await started).errors).toBeUndefined();

      const run = await until(
        () => runOf(id),
        ({ progress }) => Number(progress['agreements']) > 0,
      );
      expect(run).toMatchObject({ status: 'PAUSED', progress: { done: 0 } });
      expect(codeOf(await start('2025-11-01'))).toBe('BILL_RUN_UNDER_WAY');
      expect(await cycles(waiting)).toEqual([]);

      const resumed = await service.ask('mutation ($id: ID!) { resumeBillRun(id: $id) { status } }', { id });
      expect(resumed.data!['resumeBillRun']).toEqual({ status: 'RUNNING' });
      await until(
        () => runOf(id),
        ({ status }) => status === 'COMPLETED',
      );
      expect(await cycles(waiting)).toEqual(['2025-09-01 BILLED', '2025-10-01 BILLED']);
      const again = await service.ask(
        'mutation ($id: ID!) { pauseBillRun(id: $id, reason: "late") { id } }',
        {
          id,
        },
      );
      expect(codeOf(again)).toBe('BILL_RUN_COMPLETED');
    },
    STARTING_MS,
  );

  it(
    'comes by itself, once a day, where that is set',
    async () => {
      await household();
      await service.restart({ BILL_RUN_DAILY_AT: '00:00', BILL_RUN_TIME_ZONE: 'Etc/UTC' });
      pool = service.provided<pg.Pool>(DATABASE);
      const id = `daily-${new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)}`;
      const run = await until(
        () => runOf(id),
        (found) => found?.status === 'COMPLETED',
      );
      expect(run).toMatchObject({ startedBy: 'billing', reason: 'Daily at 00:00 Etc/UTC', dueBy: null });
      const { rowCount } = await pool.query(`SELECT FROM bill_run WHERE id LIKE 'daily-%'`);
      expect(rowCount).toBe(1);
    },
    STARTING_MS,
  );

  it('is for staff, and is refused what makes no sense', async () => {
    expect(codeOf(await start('2025-11-01', customer('CUST-1')))).toBe('FORBIDDEN');
    const ask = (query: string) => service.ask(query, {}).then(codeOf);
    expect(await ask('mutation { startBillRun(reason: " ") { id } }')).toBe('REASON_MISSING');
    expect(await ask('mutation { pauseBillRun(id: "RUN-0", reason: "why") { id } }')).toBe(
      'BILL_RUN_NOT_FOUND',
    );
    expect(await ask('{ billRuns(after: "x") { nodes { id } } }')).toBe('CURSOR_INVALID');
    expect((await service.ask('{ billRun(id: "RUN-0") { id } }', {})).data).toEqual({ billRun: null });
  });
});
