import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeEvent, type BillingDeterminantsFixed } from '@metermesh/contracts';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import pg from 'pg';
import { DETERMINANTS_BY_SLOT, DETERMINANTS_IN_SQL, loadRows } from './billing/readings-in-rows.ts';
import { cpuSeconds, serverProcessId } from './cpu-time.ts';
import { median } from './median.ts';

export const name = 'billing';

const agreements = 3000;
/** Of the run that shows whether memory grows. */
const manyAgreements = 15_000;
const rounds = 3;
const ratioAim = 5;
const rateAim = 2800;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const service = '../../services/billing/';

/** What one of the contenders takes for all agreements. */
interface Taken {
  seconds: number;
  /** That cores were kept busy: the same on a machine that does other things besides. */
  busy: number;
}

/**
 * A month of quarter hours billed by time of use, tiers and demand to the last coin: profiles read, bills recorded and ready to be
 * queried. Beside one GROUP BY over the same readings as rows on the same server, which gives the determinants alone.
 */
export async function run(): Promise<void> {
  const postgres = await startPostgres({ shared_buffers: '1GB', max_wal_size: '8GB', work_mem: '64MB' });
  try {
    const server = await serverProcessId(postgres.url);
    const billing = await startBilling(postgres, agreements);
    const pool = new pg.Pool({ connectionString: billing.url, max: 1 });
    await loadRows(pool, agreements, holidays());
    let megabytes = 0;
    const contenders = [
      async () => (megabytes = Math.max(megabytes, await billing.bill())),
      () => pool.query(DETERMINANTS_IN_SQL),
      () => pool.query(DETERMINANTS_BY_SLOT),
    ];
    await billing.bill();
    const taken: [ours: Taken[], sql: Taken[], bySlot: Taken[]] = [[], [], []];
    // In turns, so that whatever else the machine does falls on all alike.
    for (let round = 0; round < rounds; round++)
      for (const [index, contender] of contenders.entries())
        taken[index]!.push(await timed(contender, [billing.pid, server]));
    for (const sql of [DETERMINANTS_IN_SQL, DETERMINANTS_BY_SLOT]) await compareDeterminants(pool, sql);
    await pool.end();
    billing.stop();
    report(...taken);

    const many = await startBilling(postgres, manyAgreements);
    const manyMegabytes = await many.bill();
    many.stop();
    console.log(
      `  memory of the process: ${megabytes.toFixed(0)} MB with ${agreements} agreements, ${manyMegabytes.toFixed(0)} MB with ${manyAgreements}`,
    );
  } finally {
    await postgres.stop();
  }
}

/** Billing in a process of its own, with so many agreements that all have a month to be billed. */
async function startBilling(postgres: TestPostgres, count: number) {
  const url = await postgres.createDatabase();
  const child: ChildProcess = fork(path(`${service}test/billing-process.ts`), {
    execArgv: ['--conditions=source', '--import', path('./billing/decorated-sources.ts')],
    env: {
      ...process.env,
      DATABASE_URL: url,
      TARIFF_FILE: path('./billing/tariff.json'),
      AGREEMENTS: String(count),
    },
  });
  const answer = async () => {
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`Billing ended with code ${child.exitCode}.`);
    return message as { billed: number; megabytes: number };
  };
  await answer();
  let runs = 0;
  return {
    url,
    pid: child.pid!,
    /** Bills everybody, and answers the most memory that took. */
    async bill(): Promise<number> {
      child.send(`RUN-${++runs}`);
      const { billed, megabytes } = await answer();
      if (billed !== count) throw new Error(`${billed} of ${count} bills were issued.`);
      return megabytes;
    },
    stop: () => child.disconnect(),
  };
}

async function timed(work: () => Promise<unknown>, processes: readonly number[]): Promise<Taken> {
  const busy = () => processes.reduce((sum, pid) => sum + (cpuSeconds(pid) ?? NaN), 0);
  const begin = performance.now();
  const before = busy();
  await work();
  return { seconds: (performance.now() - begin) / 1000, busy: busy() - before };
}

function holidays(): string[] {
  const list = JSON.parse(readFileSync(path(`${service}holidays/south-korea.json`), 'utf8')) as {
    years: Record<string, { date: string }[]>;
  };
  return list.years['2025']!.map(({ date }) => date);
}

/** Both must have found the same, or they are not to be compared. */
async function compareDeterminants(pool: pg.Pool, sql: string): Promise<void> {
  const ofBills = await determinantsOfBills(pool);
  const { rows } = await pool.query<{ usage_point_id: number; period: string; kwh: string; kw: string }>(sql);
  for (const [usagePoint, periods] of Map.groupBy(rows, (row) => row.usage_point_id)) {
    const found = new Map(periods.map(({ period, kwh }) => [`time-of-use:${period}`, Number(kwh)]));
    found.set('max-demand', Math.max(...periods.map(({ kw }) => Number(kw))));
    for (const [code, quantity] of found) {
      const billed = ofBills.get(`${usagePoint} ${code}`);
      if (billed !== String(quantity))
        throw new Error(`SQL finds ${quantity} for ${code} of ${usagePoint}, its bill rests on ${billed}.`);
    }
  }
  if (rows.length !== agreements * 3) throw new Error(`SQL finds ${rows.length} sums.`);
}

async function determinantsOfBills(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ type: string; data: Buffer }>(
    `SELECT type, data FROM event_store.events WHERE type = 'metermesh.billing.v1.BillingDeterminantsFixed'`,
  );
  return new Map(
    rows.flatMap((recorded) => {
      const { agreementId, determinants } = decodeEvent<BillingDeterminantsFixed>(recorded);
      const usagePoint = Number(agreementId.slice('AGR-'.length));
      return determinants.map(({ code, quantity }) => [`${usagePoint} ${code}`, quantity] as const);
    }),
  );
}

function report(ours: readonly Taken[], sql: readonly Taken[], bySlot: readonly Taken[]): void {
  const rate = median(ours.map(({ seconds }) => agreements / seconds));
  const line = (taken: readonly Taken[], what: string) => {
    const perSecond = Math.round(agreements / median(taken.map(({ seconds }) => seconds)));
    const busy = (median(taken.map((each) => each.busy)) / agreements) * 1e6;
    console.log(
      `${perSecond.toLocaleString('en').padStart(7)} /s ${busy.toFixed(0).padStart(7)} µs of a core  ${what}`,
    );
  };
  const times = (other: readonly Taken[], of: keyof Taken) =>
    median(other.map((each, round) => each[of] / ours[round]![of]));
  const met = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
  line(ours, 'bills: profiles read, rated, recorded, ready to be queried');
  line(sql, 'their determinants alone by GROUP BY, of each reading its local time and holiday');
  line(bySlot, 'the same for a single time zone, the quarter hours of the month worked out beforehand');
  const ratio = times(sql, 'seconds');
  console.log(`  ${Math.round(rate)} bills/s, aim ≥ ${rateAim} on two idle cores ${met(rate >= rateAim)}`);
  console.log(
    `  ${ratio.toFixed(1)} × GROUP BY, aim ≥ ${ratioAim} × ${met(ratio >= ratioAim)} (of core time ${times(sql, 'busy').toFixed(1)} ×); ` +
      `${times(bySlot, 'seconds').toFixed(1)} × the looked-up one (${times(bySlot, 'busy').toFixed(1)} ×)`,
  );
}
