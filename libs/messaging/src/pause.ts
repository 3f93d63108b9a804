import { setTimeout as delay } from 'node:timers/promises';

/** Waits; returns early, without an error, when the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Milliseconds before attempt `attempt` (1, 2, …): doubling from 250 ms to 30 s. */
export function backOff(attempt: number): number {
  return Math.min(250 * 2 ** (attempt - 1), 30_000);
}
