import { profileStatusBits, type DecodedLoadProfile, type DecodedPush } from '@metermesh/protocols';

/** What one push tells of its meter's clock. */
export interface ClockReading {
  /** Milliseconds by which the meter's clock was ahead of ours, less what the push was under way. */
  readonly skew: number;
  /** By our clock, milliseconds since 1970. */
  readonly measuredAt: number;
  /** The meter itself takes its clock for wrong. */
  readonly isInvalid: boolean;
}

/** For so long a push that was less delayed stands against later ones: then clocks may have been set or drifted. */
export const STANDS_FOR_MS = 3_600_000;

/**
 * What a push that came straight from its meter tells of the meter's clock; undefined where it does not say when it was
 * sent. Delays only ever make a clock seem behind, so of several readings the one farthest ahead is nearest to the truth
 * (the clock filter of NTP, RFC 5905, clause 10, with the delay known on one side only): see {@link better}.
 */
export function clockReading(
  { time, clockInvalid = false }: DecodedPush,
  receivedAt: number,
): ClockReading | undefined {
  const sentAt = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(sentAt)) return undefined;
  return { skew: sentAt - receivedAt, measuredAt: receivedAt, isInvalid: clockInvalid };
}

/** The one of two readings that tells more of the skew: the less delayed, unless it is more than an hour older. */
export function better(a: ClockReading, b: ClockReading): ClockReading {
  const [older, newer] = a.measuredAt <= b.measuredAt ? [a, b] : [b, a];
  return newer.skew >= older.skew || newer.measuredAt - older.measuredAt > STANDS_FOR_MS ? newer : older;
}

/**
 * Profiles as a push with a clock that is wrong brings them: their intervals are doubtful, except where the meter states
 * for each of them how its clock was then.
 */
export function profilesByClock({ clockInvalid, loadProfiles }: DecodedPush): readonly DecodedLoadProfile[] {
  if (!clockInvalid) return loadProfiles;
  return loadProfiles.map((profile) => ({
    ...profile,
    statuses: profile.statuses ?? new Uint32Array(profile.values.length).fill(profileStatusBits.clockInvalid),
  }));
}
