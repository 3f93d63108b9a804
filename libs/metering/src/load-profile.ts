/**
 * Equidistant interval values of one channel: the shape in which readings travel from the wire to the bill.
 * Interval `i` covers [start + i·intervalSeconds, start + (i+1)·intervalSeconds); `values[i]` is a whole number of the
 * reading type's unit, `qualities[i]` one of {@link Quality}.
 */
export interface LoadProfile {
  readonly readingType: string;
  /** Instant in milliseconds since 1970-01-01T00:00Z. */
  readonly start: number;
  readonly intervalSeconds: number;
  readonly values: Int32Array;
  readonly qualities: Uint8Array;
}

/** First instant after the profile, in milliseconds. */
export function endOf(profile: LoadProfile): number {
  return profile.start + profile.values.length * profile.intervalSeconds * 1000;
}
