import { PushConnection } from './push-connection.ts';
import type { SimulatedMeter } from './simulated-meter.ts';

export interface HeadEnd {
  host: string;
  port: number;
}

const DAY_MS = 86_400_000;
const RETRY_AFTER_MS = 1_000;

/** Pushes what a meter measured in [from, to), a day a push, each confirmed before the next. */
export async function pushHistory(
  meter: SimulatedMeter,
  headEnd: HeadEnd,
  from: number,
  to: number,
): Promise<void> {
  const connection = await PushConnection.open(headEnd.host, headEnd.port);
  try {
    for (let start = from; start < to; start += DAY_MS) {
      const end = Math.min(start + DAY_MS, to);
      await connection.send(meter.push(start, end, end));
    }
  } finally {
    connection.close();
  }
}

export interface LiveMeters {
  /** Until when each meter's intervals are confirmed, milliseconds by serial number. */
  readonly pushedUntil: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/**
 * Lets meters push for as long as the mesh runs: the register every `everySeconds`, and with it the intervals that have
 * ended since the last confirmed push. A push that is not confirmed is tried again; nothing is forgotten before.
 */
export function pushLive(
  meters: readonly SimulatedMeter[],
  headEnd: HeadEnd,
  pushedUntil: Map<string, number>,
  everySeconds: number,
): LiveMeters {
  const stopping = new AbortController();
  const running = meters.map((meter, index) => {
    const offset = (index / meters.length) * everySeconds * 1000;
    return live(meter, headEnd, pushedUntil, everySeconds * 1000, offset, stopping.signal);
  });
  return {
    pushedUntil,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function live(
  meter: SimulatedMeter,
  headEnd: HeadEnd,
  pushedUntil: Map<string, number>,
  every: number,
  offset: number,
  signal: AbortSignal,
): Promise<void> {
  let connection: PushConnection | undefined;
  await pause(offset, signal);
  while (!signal.aborted) {
    try {
      if (!connection || connection.closed)
        connection = await PushConnection.open(headEnd.host, headEnd.port);
      const now = Date.now();
      const from = pushedUntil.get(meter.serialNumber) ?? now;
      const lengthMs = meter.settings.intervalSeconds * 1000;
      const until = Math.max(from, now - (now % lengthMs));
      await connection.send(meter.push(from, until, now));
      pushedUntil.set(meter.serialNumber, until);
      await pause(every, signal);
    } catch {
      connection?.close();
      connection = undefined;
      await pause(RETRY_AFTER_MS, signal);
    }
  }
  connection?.close();
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
