import { createCipheriv } from 'node:crypto';
import { ByteWriter } from '../byte-writer.ts';
import { TAG_OCTETS } from './gcm.ts';
import type { Sealing } from './sealing.ts';

/** Authenticated, not encrypted, security suite 0 to 2 by the length of the key. */
const AUTHENTICATED = 0x10;

/**
 * f(challenge) of authentication mechanism 5, HLS-GMAC (IEC 62056-5-3, 5.7.4): security control, invocation counter and
 * the tag over the other side's challenge. Both keys are needed; throws a RangeError without the authentication key.
 */
export function gmac(
  challenge: Uint8Array,
  { systemTitle, invocationCounter, keys, suite }: Sealing,
): Uint8Array {
  if (!keys.authenticationKey) throw new RangeError('HLS-GMAC needs the authentication key.');
  const isLong = keys.encryptionKey.length === 32;
  const control = AUTHENTICATED | (suite ?? (isLong ? 2 : 0));
  const iv = new ByteWriter(12).bytes(systemTitle).u32(invocationCounter).finish();
  const cipher = createCipheriv(isLong ? 'aes-256-gcm' : 'aes-128-gcm', keys.encryptionKey, iv, {
    authTagLength: TAG_OCTETS,
  });
  cipher.setAAD(Buffer.concat([Uint8Array.of(control), keys.authenticationKey, challenge])).final();
  return new ByteWriter(17).u8(control).u32(invocationCounter).bytes(cipher.getAuthTag()).finish();
}
