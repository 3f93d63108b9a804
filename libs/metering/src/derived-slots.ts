import type { LoadProfile } from './load-profile.ts';
import type { ProfileDay } from './profile-day.ts';
import { Quality } from './quality.ts';

/** Marks slots whose values follow from other readings, such as registers before and after. */
export const DERIVED = -2;

/**
 * The day as it was reported. Derived values are a layer above what is merged: taken off before anything is merged into the
 * day, and laid on anew after, so that a measured value always prevails and an older derivation never stays.
 */
export function withoutDerived(day: ProfileDay): ProfileDay {
  if (!day.slotSources.includes(DERIVED)) return day;
  const isDerived = (slot: number) => day.slotSources[slot] === DERIVED;
  return {
    ...day,
    values: day.values.map((value, slot) => (isDerived(slot) ? 0 : value)),
    qualities: day.qualities.map((quality, slot) => (isDerived(slot) ? Quality.Missing : quality)),
    slotSources: day.slotSources.map((source) => (source === DERIVED ? -1 : source)),
    derivedFrom: [],
  };
}

/**
 * The day with derived values in the slots that nobody reported.
 *
 * @param day without a derived layer
 * @param derived the whole day, in the interval length of `day`
 * @param from ids of the readings on which `derived` rests
 */
export function withDerived(
  day: ProfileDay,
  derived: Pick<LoadProfile, 'values' | 'qualities'>,
  from: readonly string[],
): ProfileDay {
  const fills = (slot: number) => day.slotSources[slot] === -1 && derived.qualities[slot]! < Quality.Missing;
  const slotSources = day.slotSources.map((source, slot) => (fills(slot) ? DERIVED : source));
  if (!slotSources.includes(DERIVED)) return day;
  return {
    ...day,
    values: day.values.map((value, slot) => (fills(slot) ? derived.values[slot]! : value)),
    qualities: day.qualities.map((quality, slot) => (fills(slot) ? derived.qualities[slot]! : quality)),
    slotSources,
    derivedFrom: [...from],
  };
}
