import { createDecipheriv } from 'node:crypto';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError } from '../decode-error.ts';
import type { CipheredApdu, Keys, SecurityControl } from './ciphering.ts';
import { isDedicated } from './ciphered-tags.ts';
import { additionalData, gcm, initializationVector, keyObject, TAG_OCTETS } from './gcm.ts';
import { contentKey } from './key-info.ts';

export interface Decrypted {
  readonly apdu: Uint8Array;
  /** Whether the tag was verified: false where the sender sent none, or no authentication key is known. */
  readonly authenticated: boolean;
}

const TAG_OPTIONS = { authTagLength: TAG_OCTETS };

/**
 * The APDU inside. `systemTitle` is needed where the APDU names none: the one that the association agreed on. Errors:
 * `DLMS_DECRYPTION_FAILED` (wrong key, or changed on the way), `DLMS_AUTHENTICATION_FAILED` (the same of an APDU that is
 * not encrypted), `DLMS_SYSTEM_TITLE_UNKNOWN`, `DLMS_SECURITY_SUITE_UNSUPPORTED`, `DLMS_KEY_INVALID`, `DLMS_KEY_MISSING`,
 * `DLMS_COMPRESSION_UNSUPPORTED`, `DLMS_SECURITY_CONTROL_INVALID`, `FRAME_TRUNCATED`.
 */
export function decrypt(
  ciphered: CipheredApdu,
  keys: Keys,
  systemTitle?: Uint8Array,
): Decrypted | DecodeError {
  const { security, content, contentOffset, general } = ciphered;
  const title = ciphered.systemTitle ?? systemTitle;
  const refused = checkSecurity(security, contentOffset) ?? checkTitle(title, contentOffset);
  if (refused) return refused;
  const key = keyOf(ciphered, keys, title!);
  if (key instanceof DecodeError) return key;
  const unfit = checkKeys(key, keys.authenticationKey);
  if (unfit) return unfit;
  const tagOctets = security.authenticated ? TAG_OCTETS : 0;
  if (content.length <= tagOctets) {
    return new DecodeError('FRAME_TRUNCATED', 'The ciphered part holds no APDU.', contentOffset);
  }
  const iv = initializationVector(title!, ciphered.invocationCounter);
  const text = content.subarray(0, content.length - tagOctets);
  if (!security.authenticated || !keys.authenticationKey) {
    return {
      apdu: security.encrypted ? countered(iv, text, key) : new Uint8Array(text),
      authenticated: false,
    };
  }
  const decipher = createDecipheriv(gcm(key), keyObject(key), iv, TAG_OPTIONS);
  decipher.setAuthTag(content.subarray(content.length - tagOctets));
  const head = additionalData(security.octet, keys.authenticationKey, general?.octets);
  try {
    if (security.encrypted) {
      decipher.setAAD(head);
      const apdu = plainOctets(decipher.update(text));
      decipher.final();
      return { apdu, authenticated: true };
    }
    decipher.setAAD(Buffer.concat([head, text])).final();
    return { apdu: new Uint8Array(text), authenticated: true };
  } catch {
    return new DecodeError(
      security.encrypted ? 'DLMS_DECRYPTION_FAILED' : 'DLMS_AUTHENTICATION_FAILED',
      'The authentication tag does not match: a wrong key, or a frame changed on the way.',
      contentOffset,
    );
  }
}

/** Code that decodes sees octets of one kind only, whether a frame was ciphered or not: the engine runs it faster. */
const plainOctets = (buffer: Buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

/** Which key an APDU is ciphered with: the tag, the security control and the key information say. */
function keyOf(
  { tag, security, general, contentOffset }: CipheredApdu,
  keys: Keys,
  originator: Uint8Array,
): Uint8Array | DecodeError {
  if (general?.keyInfo) {
    return attempt(() => contentKey(general.keyInfo!, keys, { ...general, originator }, contentOffset));
  }
  if (isDedicated(tag)) return keys.dedicatedKey ?? keys.encryptionKey;
  return security.broadcastKey ? (keys.broadcastKey ?? keys.encryptionKey) : keys.encryptionKey;
}

function checkSecurity(security: SecurityControl, offset: number): DecodeError | undefined {
  if (security.suite > 2) {
    return new DecodeError(
      'DLMS_SECURITY_SUITE_UNSUPPORTED',
      `Security suite ${security.suite} is not supported: use 0, 1 or 2.`,
      offset - 5,
    );
  }
  if (security.compressed) {
    return new DecodeError(
      'DLMS_COMPRESSION_UNSUPPORTED',
      'Compressed APDUs are not supported: configure the meter to send them uncompressed.',
      offset - 5,
    );
  }
  if (!security.encrypted && !security.authenticated) {
    return new DecodeError(
      'DLMS_SECURITY_CONTROL_INVALID',
      'A ciphered APDU that is neither encrypted nor authenticated protects nothing.',
      offset - 5,
    );
  }
  return undefined;
}

function checkKeys(
  encryptionKey: Uint8Array,
  authenticationKey: Uint8Array | undefined,
): DecodeError | undefined {
  const fits = (key: Uint8Array) => key.length === 16 || key.length === 32;
  if (fits(encryptionKey) && (!authenticationKey || fits(authenticationKey))) return undefined;
  return new DecodeError('DLMS_KEY_INVALID', 'Keys have 16 octets (suites 0 and 1) or 32 (suite 2).', 0);
}

function checkTitle(title: Uint8Array | undefined, offset: number): DecodeError | undefined {
  if (title?.length === 8) return undefined;
  return new DecodeError(
    'DLMS_SYSTEM_TITLE_UNKNOWN',
    'The APDU names no system title of 8 octets: give the one that the association agreed on.',
    offset - 5,
  );
}

/** GCM without its tag is counter mode that begins at 2 (NIST SP 800-38D, 7.1). */
function countered(iv: Uint8Array, text: Uint8Array, key: Uint8Array): Uint8Array {
  const cipher = key.length === 32 ? 'aes-256-ctr' : 'aes-128-ctr';
  const counter = new ByteWriter(16).bytes(iv).u32(2).finish();
  return plainOctets(createDecipheriv(cipher, keyObject(key), counter).update(text));
}
