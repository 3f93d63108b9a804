import { createHash } from 'node:crypto';

/** How a household (or its gas or water) draws over the day, without weather. */
export interface LoadShape {
  /** Mean use an hour that never stops, in the reading type's unit (Wh, litres). */
  readonly base: number;
  /** Use on top at each hour of the local day, 24 values, in the unit an hour. */
  readonly hourly: readonly number[];
  /** How much an interval may differ by chance: 0.4 is ±40 %. */
  readonly spread: number;
  /** Factor on Saturdays and Sundays. */
  readonly weekend: number;
}

// prettier-ignore
const EVENING_PEAK = [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 1, 0.8, 0.4, 0.3, 0.4, 0.5, 0.4, 0.3, 0.3, 0.4, 0.7, 1.2, 1.6, 1.7, 1.4, 0.8, 0.3];
// prettier-ignore
const MORNING_AND_EVENING = [0, 0, 0, 0, 0.1, 0.4, 1.4, 1.6, 0.9, 0.3, 0.2, 0.4, 0.5, 0.3, 0.2, 0.2, 0.3, 0.7, 1.3, 1.2, 0.9, 0.8, 0.5, 0.1];

export const householdElectricity = (size: number): LoadShape => ({
  base: 120 * size,
  hourly: EVENING_PEAK.map((share) => share * 420 * size),
  spread: 0.45,
  weekend: 1.2,
});

export const householdGas = (size: number): LoadShape => ({
  base: 0,
  hourly: MORNING_AND_EVENING.map((share) => share * 260 * size),
  spread: 0.6,
  weekend: 1.1,
});

export const householdWater = (size: number): LoadShape => ({
  base: 0,
  hourly: MORNING_AND_EVENING.map((share) => share * 32 * size),
  spread: 0.8,
  weekend: 1.15,
});

/**
 * What is used in one interval, a whole number of the unit. Depends on nothing but its arguments, so that a meter that is
 * switched off and on again remembers its past.
 * @param utcOffsetSeconds of the meter's clock
 */
export function intervalUse(
  shape: LoadShape,
  seed: string,
  start: number,
  intervalSeconds: number,
  utcOffsetSeconds: number,
): number {
  const local = new Date(start + utcOffsetSeconds * 1000);
  const weekend = local.getUTCDay() % 6 === 0 ? shape.weekend : 1;
  const mean = (shape.base + shape.hourly[local.getUTCHours()]! * weekend) * (intervalSeconds / 3600);
  return Math.round(mean * (1 + shape.spread * chance(seed, start)));
}

/** Between −1 and 1, always the same for the same meter and instant. */
function chance(seed: string, start: number): number {
  return createHash('sha256').update(`${seed}@${start}`).digest().readInt32BE(0) / 2 ** 31;
}
