import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** Of Linux's /proc: a hundredth of a second, whatever the kernel's own tick is (proc_pid_stat(5)). */
const TICKS_A_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

/**
 * Seconds that a process, its children that run, and those that have ended have kept a core busy so far; undefined where
 * the system does not tell. Unlike the time by the clock it does not depend on what else the machine does.
 */
export function cpuSeconds(pid: number): number | undefined {
  const own = timesOf(pid);
  if (!own) return undefined;
  let { ticks } = own;
  for (const entry of readdirSync('/proc')) {
    const times = /^\d+$/.test(entry) ? timesOf(Number(entry)) : undefined;
    if (times?.parent === pid) ticks += times.ticks;
  }
  return ticks / TICKS_A_SECOND;
}

function timesOf(pid: number): ProcessTimes | undefined {
  try {
    // The second field is the program's name, in parentheses, and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), ticks: user! + system! + endedUser! + endedSystem! };
  } catch {
    return undefined;
  }
}

/** Of a Postgres server's first process, whose children the others are; asked as superuser. */
export async function serverProcessId(superuser: string): Promise<number> {
  const client = new pg.Client(superuser);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer as pid`,
  );
  await client.end();
  return rows[0]!.pid;
}
