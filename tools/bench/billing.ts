import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeEvent, type BillingDeterminantsFixed } from '@metermesh/contracts';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { DETERMINANTS_IN_SQL, loadRows } from './billing/readings-in-rows.ts';
import { cpuSeconds, serverProcessId } from './cpu-time.ts';
import { median } from './median.ts';

export const name = 'billing';

const agreements = Number(process.env.BN ?? 4000);
/** Of the run that shows whether memory grows. */
const manyAgreements = Number(process.env.BM ?? 16000);
const rounds = 3;
const ratioAim = 5;
const rateAim = 2800;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const services = '../../services/billing/';

interface Measured {
  billed: number;
  seconds: number;
  megabytes: number;
}

/**
 * A month of quarter hours billed by time of use, tiers and demand to the last coin: profiles read, bills recorded and ready to be
 * queried. Beside one GROUP BY over the same readings as rows on the same server, which gives the determinants alone.
 */
export async function run(): Promise<void> {
  const postgres = await startPostgres({ shared_buffers: '1GB', max_wal_size: '8GB', work_mem: '64MB' });
  try {
    const few = await startBilling(postgres, agreements);
    const pool = new pg.Pool({ connectionString: few.url, max: 1 });
    await loadRows(pool, agreements, holidays());
    const ours: number[] = [];
    const sql: number[] = [];
    const server = await serverProcessId(postgres.url);
    const busy = { billing: [] as number[], server: [] as number[], sql: [] as number[] };
    let fewMegabytes = 0;
    await few.bill();
    await pool.query(DETERMINANTS_IN_SQL);
    // In turns, so that whatever else the machine does falls on both alike.
    for (let round = 0; round < rounds; round++) {
      const before = [cpuSeconds(few.pid) ?? NaN, cpuSeconds(server) ?? NaN] as const;
      const { billed, seconds, megabytes } = await few.bill();
      busy.billing.push((cpuSeconds(few.pid) ?? NaN) - before[0]);
      busy.server.push((cpuSeconds(server) ?? NaN) - before[1]);
      if (billed !== agreements) throw new Error(`${billed} of ${agreements} bills were issued.`);
      ours.push(billed / seconds);
      fewMegabytes = Math.max(fewMegabytes, megabytes);
      const begin = performance.now();
      const idle = cpuSeconds(server) ?? NaN;
      await pool.query(DETERMINANTS_IN_SQL);
      sql.push((agreements * 1000) / (performance.now() - begin));
      busy.sql.push((cpuSeconds(server) ?? NaN) - idle);
    }
    await compareDeterminants(pool);
    await pool.end();
    few.stop();

    const many = await startBilling(postgres, manyAgreements);
    const { billed, seconds, megabytes } = await many.bill();
    many.stop();
    report(ours, sql);
    reportBusy(busy);
    console.log(
      `memory of the process: ${fewMegabytes.toFixed(0)} MB with ${agreements} bills, ${megabytes.toFixed(0)} MB with ${billed} ` +
        `(${Math.round(billed / seconds).toLocaleString('en')} bills/s)`,
    );
  } finally {
    await postgres.stop();
  }
}

/** Billing in a process of its own, with so many agreements that all have a month to be billed. */
async function startBilling(postgres: TestPostgres, count: number) {
  const url = await postgres.createDatabase();
  const child: ChildProcess = fork(path(`${services}test/billing-process.ts`), {
    execArgv: ['--conditions=source', '--import', path('./billing/decorated-sources.ts')],
    env: {
      ...process.env,
      DATABASE_URL: url,
      TARIFF_FILE: path('./billing/tariff.json'),
      AGREEMENTS: String(count),
    },
  });
  child.on('exit', (code) => {
    if (code) throw new Error(`Billing ended with code ${code}.`);
  });
  await once(child, 'message');
  let runs = 0;
  return {
    url,
    pid: child.pid!,
    async bill(): Promise<Measured> {
      child.send(`RUN-${++runs}`);
      const [measured] = (await once(child, 'message')) as [Measured];
      return measured;
    },
    stop: () => child.kill(),
  };
}

function holidays(): string[] {
  const list = JSON.parse(readFileSync(path(`${services}holidays/south-korea.json`), 'utf8')) as {
    years: Record<string, { date: string }[]>;
  };
  return list.years['2025']!.map(({ date }) => date);
}

/** Both must have found the same, or they are not to be compared. */
async function compareDeterminants(pool: pg.Pool): Promise<void> {
  const bySql = new Map<string, string>();
  const { rows } = await pool.query<{ usage_point_id: number; period: string; kwh: string; kw: string }>(
    DETERMINANTS_IN_SQL,
  );
  for (const [usagePoint, periods] of Map.groupBy(rows, (row) => row.usage_point_id)) {
    for (const { period, kwh } of periods) bySql.set(`${usagePoint} ${period}`, String(Number(kwh)));
    bySql.set(`${usagePoint} max-demand`, String(Math.max(...periods.map(({ kw }) => Number(kw)))));
  }
  const ofBills = new Map<string, string>();
  const { rows: fixed } = await pool.query<{ type: string; data: Buffer }>(
    `SELECT type, data FROM event_store.events WHERE type = 'metermesh.billing.v1.BillingDeterminantsFixed'`,
  );
  for (const recorded of fixed) {
    const { agreementId, determinants } = decodeEvent<BillingDeterminantsFixed>(recorded);
    const usagePoint = Number(agreementId.slice('AGR-'.length));
    for (const { code, quantity } of determinants) {
      const wanted = code.replace('time-of-use:', '');
      if (bySql.has(`${usagePoint} ${wanted}`)) ofBills.set(`${usagePoint} ${wanted}`, quantity);
    }
  }
  const differing = [...bySql].find(([key, value]) => ofBills.get(key) !== value);
  if (differing) {
    const [key, value] = differing;
    throw new Error(`SQL finds ${value} for ${key}, the bill rests on ${ofBills.get(key)}.`);
  }
}

function report(ours: readonly number[], sql: readonly number[]): void {
  const rate = (values: readonly number[]) => Math.round(median(values)).toLocaleString('en').padStart(7);
  const ratio = median(ours.map((bills, round) => bills / sql[round]!));
  const met = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
  console.log(
    `${rate(ours)} bills/s  profiles read, rated, recorded, ready to be queried; aim ≥ ${rateAim} ${met(median(ours) >= rateAim)}`,
  );
  console.log(`${rate(sql)} months/s one GROUP BY over the same readings as rows: their determinants alone`);
  console.log(`  ${ratio.toFixed(1)} × SQL, aim ≥ ${ratioAim} × ${met(ratio >= ratioAim)}`);
}

/** What a core is kept busy with says the same on a machine that does other things besides. */
function reportBusy({ billing, server, sql }: Record<'billing' | 'server' | 'sql', number[]>): void {
  const each = (seconds: readonly number[]) => (median(seconds) / agreements) * 1e6;
  const all = each(billing) + each(server);
  console.log(
    `  of a core: ${each(billing).toFixed(0)} µs a bill in billing and ${each(server).toFixed(0)} in Postgres, ${each(sql).toFixed(0)} µs a month in SQL: ` +
      `${(each(sql) / all).toFixed(1)} ×`,
  );
}
