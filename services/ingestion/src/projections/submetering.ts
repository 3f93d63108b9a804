import type { QualityName } from '@metermesh/metering';
import type { AnsweredInterval, TimeSpan } from './load-profile-answer.ts';

/** A part of the supply, and when a sub-meter was there to measure it. Milliseconds; without end: Infinity. */
export interface Submeter {
  readonly name: string;
  readonly stays: readonly TimeSpan[];
}

/** What a sub-meter's channel answers for the intervals asked for, in their order. */
export interface SubmeterProfile extends Submeter {
  readonly intervals: readonly AnsweredInterval[];
}

export interface SubmeteredInterval {
  readonly start: string;
  /** What came in through the mains; null where that is not known for the whole of the interval. */
  readonly mains: number | null;
  readonly submeters: readonly { name: string; value: number | null; quality: QualityName }[];
  /** What of the mains no sub-meter accounts for; null where the mains are not known. */
  readonly unattributed: number | null;
  /** The worst of all that is in it. */
  readonly quality: QualityName;
  /** The sub-meters together say more than the mains, by more than meters may be wrong. */
  readonly exceedsMains: boolean;
}

/**
 * How wrong a meter may be, as a part of what it says: 2 %, the largest error of household meters at usual loads
 * (electricity: EN 50470-3, class A; water: ISO 4064-1, class 2; gas: EN 1359, class 1.5).
 */
export const METER_TOLERANCE = 0.02;

const WORSE: readonly QualityName[] = ['ACTUAL', 'SUSPECT', 'ESTIMATED', 'MISSING'];

/**
 * The mains beside what sub-meters measured of them: mains = Σ known sub-meters + unattributed. A sub-meter counts in the
 * intervals in which it was installed; what one did not tell is among the unattributed, and the quality says so.
 *
 * @param intervals that `mains` and each sub-meter answer, one by one in this order
 */
export function submetered(
  intervals: readonly TimeSpan[],
  mains: readonly AnsweredInterval[],
  submeters: readonly SubmeterProfile[],
): SubmeteredInterval[] {
  return mains.map((supply, i) => {
    const present = submeters.filter(({ stays }) => stays.some((stay) => overlaps(stay, intervals[i]!)));
    const parts = present.map(({ name, intervals: told }) => ({
      name,
      value: told[i]!.value,
      quality: told[i]!.quality,
    }));
    const known = supply.quality === 'MISSING' ? null : supply.value;
    const sum = parts.reduce((total, { value }) => total + (value ?? 0), 0);
    return {
      start: supply.start,
      mains: known,
      submeters: parts,
      unattributed: known === null ? null : known - sum,
      quality: worst([supply.quality, ...parts.map(({ quality }) => quality)]),
      exceedsMains: known !== null && sum - known > tolerance(known, sum, parts.length),
    };
  });
}

/** What mains and parts may be wrong by, and one unit each for having been rounded to whole ones. */
const tolerance = (mains: number, sum: number, parts: number) =>
  METER_TOLERANCE * (Math.abs(mains) + Math.abs(sum)) + 1 + parts;

const worst = (qualities: readonly QualityName[]): QualityName =>
  WORSE[Math.max(...qualities.map((quality) => WORSE.indexOf(quality)))]!;

const overlaps = (a: TimeSpan, b: TimeSpan): boolean => a.from < b.to && b.from < a.to;
