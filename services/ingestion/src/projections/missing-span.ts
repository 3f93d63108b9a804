import { Quality } from '@metermesh/metering';
import type { SlotsOfDay, TimeSpan } from './load-profile-answer.ts';

/**
 * From the first whole interval in `within` of which nothing is known to the end of the last; undefined where all are
 * known. Intervals begin at multiples of their length, as load profiles do.
 */
export function missingSpan(
  days: readonly SlotsOfDay[],
  within: TimeSpan,
  intervalSeconds: number,
): TimeSpan | undefined {
  const length = intervalSeconds * 1000;
  const known = new Set<number>();
  for (const { start, intervalSeconds: seconds, qualities } of days) {
    for (let slot = 0; slot < qualities.length; slot++)
      if (qualities[slot] !== Quality.Missing) known.add(start + slot * seconds * 1000);
  }
  let span: TimeSpan | undefined;
  for (let start = Math.ceil(within.from / length) * length; start + length <= within.to; start += length)
    if (!known.has(start)) span = { from: span?.from ?? start, to: start + length };
  return span;
}
