/**
 * The LLC header before an APDU in HDLC (IEC 62056-46, 5.3.2): destination 0xE6, source 0xE6 for a command or 0xE7
 * for a response, quality 0. A meter's push has it in its first frame only.
 */
export function stripLlc(bytes: Uint8Array): Uint8Array {
  const isLlc = bytes[0] === 0xe6 && (bytes[1] === 0xe6 || bytes[1] === 0xe7) && bytes[2] === 0;
  return isLlc ? bytes.subarray(3) : bytes;
}

export const LLC_COMMAND = Uint8Array.of(0xe6, 0xe6, 0);
export const LLC_RESPONSE = Uint8Array.of(0xe6, 0xe7, 0);
