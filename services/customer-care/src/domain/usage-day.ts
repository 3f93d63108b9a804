import type { LoadProfileBlock } from '@metermesh/contracts';
import { Quality } from '@metermesh/metering';

/** The sum of a day's known intervals, in the reading type's unit, and how many are known and missing. */
export function dayTotal({ values, qualities }: Pick<LoadProfileBlock, 'values' | 'qualities'>) {
  let total = 0;
  let known = 0;
  for (const [interval, value] of values.entries()) {
    if (qualities[interval] === Quality.Missing) continue;
    total += value;
    known += 1;
  }
  return { total, known, missing: values.length - known };
}
