/**
 * How far an interval value can be trusted, one octet a value. The order is deliberate: of two values for the same
 * interval the one with the lower code wins, so merging does not depend on the order of arrival.
 */
export const Quality = {
  /** Measured by the meter and valid. */
  Actual: 0,
  /** Measured, but a rule found it doubtful, or the meter marked its own clock or data as doubtful. */
  Suspect: 1,
  /** Calculated by a stated method in place of a value that is missing or refused. */
  Estimated: 2,
  /** Not known; the value is 0 and must not be used. */
  Missing: 3,
} as const;

export type Quality = (typeof Quality)[keyof typeof Quality];

const names = ['ACTUAL', 'SUSPECT', 'ESTIMATED', 'MISSING'] as const;
export type QualityName = (typeof names)[number];

export function qualityName(code: number): QualityName {
  const name = names[code];
  if (!name) throw new RangeError(`No reading quality has the code ${code}.`);
  return name;
}
