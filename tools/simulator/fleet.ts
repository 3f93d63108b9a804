import { PushConnection } from './push-connection.ts';
import type { DlmsMeter } from './dlms-meter.ts';

export interface HeadEnd {
  host: string;
  port: number;
}

const DAY_MS = 86_400_000;
const RETRY_AFTER_MS = 500;

/**
 * Pushes what meters measured in [from, to), a day a push, all meters at once. A meter goes on to the next day only when
 * the head-end has confirmed the last, and tries for as long as that takes.
 */
export async function pushHistory(
  meters: readonly DlmsMeter[],
  headEnd: HeadEnd,
  from: number,
  to: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await Promise.all(
    meters.map(async (meter) => {
      const link = new Link(headEnd, signal);
      for (let start = from; start < to && !signal.aborted; start += DAY_MS) {
        const end = Math.min(start + DAY_MS, to);
        await link.send(() => meter.push(start, end, end));
      }
      link.close();
    }),
  );
}

export interface LiveMeters {
  /** Until when each meter's intervals are confirmed, milliseconds by serial number. */
  readonly pushedUntil: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/**
 * Lets meters push for as long as the mesh runs: the register every `everySeconds`, and with it the intervals that have
 * ended since the last confirmed push.
 */
export function pushLive(
  meters: readonly DlmsMeter[],
  headEnd: HeadEnd,
  pushedUntil: Map<string, number>,
  everySeconds: number,
): LiveMeters {
  const stopping = new AbortController();
  const every = everySeconds * 1000;
  const running = meters.map(async (meter, index) => {
    const link = new Link(headEnd, stopping.signal);
    // Not all at the same moment.
    await pause((index / meters.length) * every, stopping.signal);
    while (!stopping.signal.aborted) {
      const confirmed = await pushWhatIsNew(meter, link, pushedUntil.get(meter.serialNumber));
      if (confirmed) pushedUntil.set(meter.serialNumber, confirmed.until);
      if (!confirmed?.behind) await pause(every, stopping.signal);
    }
    link.close();
  });
  return {
    pushedUntil,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/**
 * A day of intervals at most. Answers until when they are confirmed now and whether there are more, undefined where the
 * link was stopped before.
 */
async function pushWhatIsNew(
  meter: DlmsMeter,
  link: Link,
  from = Date.now(),
): Promise<{ until: number; behind: boolean } | undefined> {
  const length = meter.supply.settings.intervalSeconds * 1000;
  const complete = Math.max(from, Date.now() - (Date.now() % length));
  const until = Math.min(complete, from + DAY_MS);
  const confirmed = await link.send(() => meter.push(from, until, Date.now()));
  return confirmed ? { until, behind: until < complete } : undefined;
}

/** A meter's way to the head-end: reconnects, and repeats a push until it is confirmed. */
class Link {
  private readonly headEnd: HeadEnd;
  private readonly signal: AbortSignal;
  private connection: PushConnection | undefined;

  constructor(headEnd: HeadEnd, signal: AbortSignal) {
    this.headEnd = headEnd;
    this.signal = signal;
  }

  /** @param make encrypts anew for each try, since an invocation counter is never used twice */
  async send(make: () => { apdu: Uint8Array; invokeId: number }): Promise<boolean> {
    while (!this.signal.aborted) {
      try {
        if (!this.connection || this.connection.closed)
          this.connection = await PushConnection.open(this.headEnd.host, this.headEnd.port);
        await this.connection.send(make());
        return true;
      } catch {
        this.close();
        await pause(RETRY_AFTER_MS, this.signal);
      }
    }
    return false;
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }
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
