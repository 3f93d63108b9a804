/**
 * The profile status octet (0.0.96.10.1.255) as the IDIS companion specification (package 2, 6.3.4) numbers its bits,
 * which our simulated meters follow.
 */
export const profileStatusBits = {
  criticalError: 0x01,
  clockInvalid: 0x02,
  dataNotValid: 0x04,
  daylightSaving: 0x08,
  clockAdjusted: 0x20,
  powerDown: 0x80,
} as const;

export type ProfileStatusFlag = keyof typeof profileStatusBits;

/** The flags set in a status octet. */
export function profileStatusFlags(status: number): ProfileStatusFlag[] {
  const flags = Object.keys(profileStatusBits) as ProfileStatusFlag[];
  return flags.filter((flag) => (status & profileStatusBits[flag]) !== 0);
}
