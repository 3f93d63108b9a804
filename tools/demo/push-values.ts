import type { HeadEnd } from '../simulator/fleet.ts';
import { PushConnection } from '../simulator/push-connection.ts';
import { INTERVAL_SECONDS, meterIn, type Neighbourhood, type Place } from './neighbourhood.ts';

const CONFIRM_WITHIN_MS = 5_000;

/**
 * Lets the meter of a place say, under its own keys, that this is what the intervals from `start` on were; what it said before is
 * corrected by it. Resolves when that is confirmed, rejects where it is not within 5 s.
 *
 * @param uses in the unit of the reading type
 */
export async function pushValues(
  { host, port }: HeadEnd,
  neighbourhood: Neighbourhood,
  place: Place,
  start: number,
  uses: readonly number[],
): Promise<void> {
  const rows = uses.map((use, index) => ({ start: start + index * INTERVAL_SECONDS * 1000, values: [use] }));
  const connection = await PushConnection.open(host, port);
  const push = meterIn(neighbourhood, place).pushRows(rows, Date.now());
  await connection.send(push, CONFIRM_WITHIN_MS).finally(() => connection.close());
}
