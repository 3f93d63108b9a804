import type { GasDay } from '../gas-quality/gas-quality.decider.ts';
import type { DailyValue, GasSupply } from '../rating/rating-input.ts';
import type { Agreement } from './agreement.ts';
import type { Terms } from './terms.ts';

/** Attributes of an agreement: where its gas comes from, and what its meter or the law corrects the volume by. */
const AREA = 'gas-area';
const GAUGE_PRESSURE = 'gas-gauge-pressure-kpa';
const CORRECTION_FACTOR = 'gas-correction-factor';

/** The areas whose gas an agreement is billed by. */
export function gasAreas({ terms }: Agreement): string[] {
  return [...new Set(terms.flatMap(({ attributes }) => attributes[AREA] ?? []))];
}

/** What rating is told of the gas of an agreement; undefined where its terms name no area. */
export function gasSupply(
  { attributes }: Terms,
  days: ReadonlyMap<string, readonly GasDay[]> | undefined,
): GasSupply | undefined {
  const area = attributes[AREA];
  if (area === undefined) return undefined;
  const known = days?.get(area) ?? [];
  const daily = (of: (day: GasDay) => string | undefined): DailyValue =>
    Object.fromEntries(known.flatMap((day) => (of(day) === undefined ? [] : [[day.date, of(day)!]])));
  const gaugePressureKPa = attributes[GAUGE_PRESSURE];
  const correctionFactor = attributes[CORRECTION_FACTOR];
  return {
    calorificValue: daily(({ calorificValue }) => calorificValue),
    temperatureC: daily(({ temperatureC }) => temperatureC),
    atmosphericPressureKPa: daily(({ atmosphericPressureKPa }) => atmosphericPressureKPa),
    ...(gaugePressureKPa !== undefined && { gaugePressureKPa }),
    ...(correctionFactor !== undefined && { correctionFactor }),
  };
}
