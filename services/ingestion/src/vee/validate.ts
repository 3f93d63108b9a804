import { Quality, type LoadProfile } from '@metermesh/metering';
import { physicalLimits } from './physical-limits.ts';

/**
 * Validation of interval values, one at a time: what a rule doubts becomes suspect, and nothing is changed or dropped.
 * Rules look at one value only, so that the outcome does not depend on what else has come; missing values show when the
 * day is merged.
 *
 * @param multiplier the meter's, as a number: what is plausible behind a transformer grows with it
 */
export function validate(profile: LoadProfile, multiplier: number): LoadProfile {
  const { least, most } = physicalLimits(profile.readingType, profile.intervalSeconds, multiplier);
  const { values, qualities } = profile;
  let validated: Uint8Array | undefined;
  for (let i = 0; i < values.length; i++) {
    if (qualities[i] !== Quality.Actual || (values[i]! >= least && values[i]! <= most)) continue;
    validated ??= qualities.slice();
    validated[i] = Quality.Suspect;
  }
  return validated ? { ...profile, qualities: validated } : profile;
}
