import { swing } from './chance.ts';
import { outdoorTemperature, type Climate } from './weather.ts';

/** How a household, or one of its appliances, draws over the day and in all weathers. */
export interface LoadShape {
  /** Mean use an hour that never stops, in the reading type's unit (Wh, litres). */
  readonly base: number;
  /** Use on top at each hour of the local day, 24 values, in the unit an hour. */
  readonly hourly: readonly number[];
  /** How much an interval may differ by chance: 0.4 is ±40 %. */
  readonly spread: number;
  /** Factor on Saturdays and Sundays. */
  readonly weekend: number;
  /** Heating: more an hour for each degree that it is colder outside than this, °C. */
  readonly heating?: PerDegree;
  /** Cooling: more an hour for each degree that it is warmer. */
  readonly cooling?: PerDegree;
}

interface PerDegree {
  readonly beyond: number;
  readonly anHour: number;
}

/** Where something is used. */
export interface Surroundings {
  readonly climate: Climate;
  /** Of the clock by which people live there. */
  readonly utcOffsetSeconds: number;
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
  cooling: { beyond: 24, anHour: 110 * size },
});

export const householdGas = (size: number): LoadShape => ({
  base: 0,
  hourly: MORNING_AND_EVENING.map((share) => share * 260 * size),
  spread: 0.6,
  weekend: 1.1,
  heating: { beyond: 15, anHour: 32 * size },
});

export const householdWater = (size: number): LoadShape => ({
  base: 0,
  hourly: MORNING_AND_EVENING.map((share) => share * 32 * size),
  spread: 0.8,
  weekend: 1.15,
});

/** A refrigerator: its compressor works a little harder in warm kitchens, and never stops for long. */
export const refrigerator = (): LoadShape => ({
  base: 38,
  hourly: EVENING_PEAK.map((share) => share * 8),
  spread: 0.5,
  weekend: 1,
  cooling: { beyond: 20, anHour: 1.5 },
});

export const householdHeat = (size: number): LoadShape => ({
  base: 0,
  hourly: MORNING_AND_EVENING.map((share) => share * 350 * size),
  spread: 0.4,
  weekend: 1.1,
  heating: { beyond: 15, anHour: 340 * size },
});

/**
 * What is used in one interval, a whole number of the unit. Depends on nothing but its arguments, so that a meter that is
 * switched off and on again remembers its past.
 */
export function intervalUse(
  shape: LoadShape,
  seed: string,
  start: number,
  intervalSeconds: number,
  { climate, utcOffsetSeconds }: Surroundings,
): number {
  const local = new Date(start + utcOffsetSeconds * 1000);
  const weekend = local.getUTCDay() % 6 === 0 ? shape.weekend : 1;
  const temperature = outdoorTemperature(climate, start, utcOffsetSeconds);
  const anHour =
    shape.base +
    shape.hourly[local.getUTCHours()]! * weekend +
    beyond(shape.heating, (shape.heating?.beyond ?? 0) - temperature) +
    beyond(shape.cooling, temperature - (shape.cooling?.beyond ?? 0));
  return Math.round(anHour * (intervalSeconds / 3600) * (1 + shape.spread * swing(seed, start)));
}

const beyond = (perDegree: PerDegree | undefined, degrees: number): number =>
  perDegree && degrees > 0 ? perDegree.anHour * degrees : 0;
