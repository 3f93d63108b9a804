import { setTimeout as sleep } from 'node:timers/promises';

/** A fact reaches its hearers as soon as it is recorded, and they may ask for it before the table has it. */
const PATIENCE_MS = [10, 20, 40, 80, 150, 300, 600];

/** What `find` finds, now or in a moment; undefined where it is not there after a second either. */
export async function patiently<Found>(find: () => Promise<Found | undefined>): Promise<Found | undefined> {
  for (const patience of PATIENCE_MS) {
    const found = await find();
    if (found) return found;
    await sleep(patience);
  }
  return find();
}
