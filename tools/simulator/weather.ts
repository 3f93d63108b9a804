import { swing } from './chance.ts';

/** Of a place in the northern middle latitudes, degrees Celsius. */
export interface Climate {
  readonly seed: string;
  readonly yearlyMean: number;
  /** Half of the difference between the warmest and the coldest season. */
  readonly seasonal: number;
  /** Half of the difference between day and night. */
  readonly daily: number;
}

/** Monthly means of Seoul from −2 °C in January to 26 °C in August (KMA normals 1991–2020). */
export const seoul: Climate = { seed: 'seoul', yearlyMean: 12.8, seasonal: 14, daily: 4.5 };
/** Monthly means of London from 6 °C in January to 19 °C in July (Met Office normals 1991–2020, Kew Gardens). */
export const london: Climate = { seed: 'london', yearlyMean: 12.3, seasonal: 6.8, daily: 3.8 };

const DAY_MS = 86_400_000;
const YEAR_MS = 365.2425 * DAY_MS;
/** The seasons lag behind the sun by about a month: coldest around 20 January, warmest half a year on. */
const COLDEST_MS = 19 * DAY_MS;
const COLDEST_HOUR_MS = 5 * 3_600_000;
/** Fronts pass every few days. */
const FRONT_MS = 3 * DAY_MS;
const FRONT_DEGREES = 5;

/** Outdoor temperature in °C; the same whenever it is asked. @param utcOffsetSeconds of the place's clock */
export function outdoorTemperature(climate: Climate, at: number, utcOffsetSeconds: number): number {
  const local = at + utcOffsetSeconds * 1000;
  const season = -Math.cos((2 * Math.PI * (local - COLDEST_MS)) / YEAR_MS);
  const day = -Math.cos((2 * Math.PI * (local - COLDEST_HOUR_MS)) / DAY_MS);
  return climate.yearlyMean + climate.seasonal * season + climate.daily * day + fronts(climate, at);
}

/** Goes smoothly from the chance of one front to that of the next. */
function fronts({ seed }: Climate, at: number): number {
  const front = Math.floor(at / FRONT_MS);
  const share = (1 - Math.cos((Math.PI * (at - front * FRONT_MS)) / FRONT_MS)) / 2;
  return FRONT_DEGREES * (swing(seed, front) * (1 - share) + swing(seed, front + 1) * share);
}
