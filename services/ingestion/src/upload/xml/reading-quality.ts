import { Quality } from '@metermesh/metering';

/** Categories of IEC 61968-9, Annex D (the second field of `2.6.1`). */
const categories: Readonly<Record<number, Quality>> = {
  5: Quality.Suspect, // reasonability
  6: Quality.Suspect, // failed a validation
  7: Quality.Estimated, // edited
  8: Quality.Estimated,
  10: Quality.Suspect, // questionable
  11: Quality.Estimated, // derived
  12: Quality.Estimated, // projected
};

/** Reasonability: known to be missing. */
const MISSING_INDEX = 259;

/** A ReadingQualityType of IEC 61968-9, `system.category.index`. What says nothing of the value's truth leaves it actual. */
export function qualityOfType(type: string): Quality {
  const [, category = 0, index = 0] = type.split('.').map(Number);
  if (category === 5 && index === MISSING_INDEX) return Quality.Missing;
  return categories[category] ?? Quality.Actual;
}

/** QualityOfReading of ESPI (NAESB REQ.21): 0 valid, 14 raw and 17 to 19 validated or verified are actual. */
const espi: Readonly<Record<number, Quality>> = {
  7: Quality.Estimated, // edited by a person
  8: Quality.Estimated,
  9: Quality.Estimated, // interpolated
  10: Quality.Suspect, // questionable
  11: Quality.Estimated, // derived
  12: Quality.Estimated, // projected
  13: Quality.Suspect, // mixed
  15: Quality.Estimated, // adjusted to the weather
  16: Quality.Suspect, // other
};

export const qualityOfEspi = (code: number): Quality => espi[code] ?? Quality.Actual;

/** Of several the one that trusts least. */
export const worst = (qualities: readonly Quality[]): Quality =>
  Math.max(Quality.Actual, ...qualities) as Quality;
