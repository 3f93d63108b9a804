import type { HeadEnd } from '../simulator/fleet.ts';
import type { DlmsMeter } from '../simulator/dlms-meter.ts';
import { PushConnection } from '../simulator/push-connection.ts';

const CONFIRM_WITHIN_MS = 5_000;

/**
 * Lets a meter say, under its own keys, that this is what the intervals from `start` on were; what it said before is corrected
 * by it. Resolves when that is confirmed, rejects where it is not within 5 s.
 *
 * @param uses in the unit of the reading type
 */
export async function pushValues(
  { host, port }: HeadEnd,
  meter: DlmsMeter,
  start: number,
  uses: readonly number[],
): Promise<void> {
  const length = meter.supply.settings.intervalSeconds * 1000;
  const rows = uses.map((use, index) => ({ start: start + index * length, values: [use] }));
  const connection = await PushConnection.open(host, port);
  await connection
    .send(meter.pushRows(rows, Date.now()), CONFIRM_WITHIN_MS)
    .finally(() => connection.close());
}
