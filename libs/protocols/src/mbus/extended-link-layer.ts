import { fail } from '../decode-error.ts';
import { ADDRESS_OCTETS, type MeterAddress } from './address.ts';
import { applyCtr, BLOCK } from './cipher.ts';
import { crc16 } from './crc.ts';
import type { FindKey, Payload } from './payload.ts';

/** CI fields of the extended link layer (EN 13757-4, 13.2): with session number and encryption, with a second address. */
const layouts: Readonly<Record<number, { session: boolean; address: boolean }>> = {
  0x8c: { session: false, address: false },
  0x8d: { session: true, address: false },
  0x8e: { session: false, address: true },
  0x8f: { session: true, address: true },
};

const NO_ENCRYPTION = 0;
const AES_CTR = 1;
/** Hop counter and repeated access: bits of the communication control that the meter did not set. */
const CHANGED_BY_REPEATERS = 0x12;

export const isExtendedLink = (ci: number | undefined) => ci !== undefined && ci in layouts;

/**
 * Takes the extended link layer off. A payload that is marked as encrypted but whose check holds as it is was decrypted
 * by the receiver. Errors: `MBUS_KEY_MISSING`, `MBUS_DECRYPTION_FAILED`, `MBUS_CRC_MISMATCH`,
 * `MBUS_SECURITY_MODE_UNSUPPORTED`, `FRAME_TRUNCATED`.
 */
export function openExtendedLink(
  { bytes, at, end }: Payload,
  address: MeterAddress | undefined,
  findKey: FindKey,
): Payload {
  const { session, address: hasAddress } = layouts[bytes[at]!]!;
  const sessionAt = at + 3 + (hasAddress ? ADDRESS_OCTETS : 0);
  const bodyAt = sessionAt + (session ? 4 : 0);
  const next = bodyAt + (session ? 2 : 0);
  if (next >= end) fail('FRAME_TRUNCATED', 'The extended link layer is cut off.', end);
  if (!session) return { bytes, at: next, end };

  const isWhole = (octets: Uint8Array) =>
    crc16(octets, next, end) === (octets[bodyAt]! | (octets[bodyAt + 1]! << 8));
  if (isWhole(bytes)) return { bytes, at: next, end };
  const mode = bytes[sessionAt + 3]! >> 5;
  if (mode === NO_ENCRYPTION) {
    fail(
      'MBUS_CRC_MISMATCH',
      'The CRC of the payload does not fit: the frame was damaged on its way.',
      bodyAt,
    );
  }
  if (mode !== AES_CTR) {
    fail(
      'MBUS_SECURITY_MODE_UNSUPPORTED',
      `Encryption mode ${mode} of the extended link layer is reserved: only AES-CTR (1) is defined.`,
      sessionAt,
    );
  }
  if (!address) fail('MBUS_ADDRESS_MISSING', 'Without a link layer address nothing can be decrypted.', at);
  const key = findKey(address, at);
  const sessionNumber = bytes.subarray(sessionAt, sessionAt + 4);
  for (const control of new Set([bytes[at + 1]!, bytes[at + 1]! & ~CHANGED_BY_REPEATERS])) {
    const opened = new Uint8Array(bytes);
    const iv = initialCounter(address, control, sessionNumber);
    opened.set(applyCtr(key, iv, bytes.subarray(bodyAt, end)), bodyAt);
    if (isWhole(opened)) return { bytes: opened, at: next, end };
  }
  return fail(
    'MBUS_DECRYPTION_FAILED',
    'The CRC inside the encryption does not fit: most likely the key is of another meter.',
    bodyAt,
  );
}

/** Address, communication control, session number, frame number 0, block 0 (EN 13757-4, 13.2.8). */
export function initialCounter(
  address: MeterAddress,
  control: number,
  sessionNumber: Uint8Array,
): Uint8Array {
  const iv = new Uint8Array(BLOCK);
  iv.set(address.octets);
  iv[8] = control;
  iv.set(sessionNumber, 9);
  return iv;
}
