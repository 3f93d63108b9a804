import { create } from '@bufbuild/protobuf';
import { MeterKeysSetSchema, type MeterKeysSet } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import { openKey, sealKey } from '@metermesh/service-kit';

/** Keys as a caller hands them over: AES-128 keys in hexadecimal, and the password as text. */
export interface ClearMeterKeys {
  encryptionKey: string;
  authenticationKey?: string | null;
  password?: string | null;
}

const KEY = /^[0-9a-fA-F]{32}$/;
const LONGEST_PASSWORD = 64;

/**
 * Seals the keys of a meter. A key whose seal is at hand already keeps it, so that repeating a command is no second fact.
 * Refuses what is no key, without ever repeating it.
 */
export function sealMeterKeys(
  serialNumber: string,
  { encryptionKey, authenticationKey, password }: ClearMeterKeys,
  present: MeterKeysSet | undefined,
  keyEncryptionKey: Uint8Array,
): MeterKeysSet | Refusal<'KEY_INVALID'> {
  const fault = faultOf('encryptionKey', encryptionKey) ?? faultOf('authenticationKey', authenticationKey);
  if (fault) return fault;
  if (password && Buffer.byteLength(password) > LONGEST_PASSWORD) {
    return refuse(
      'KEY_INVALID',
      `The password has more than ${LONGEST_PASSWORD} octets; no meter takes so long a one.`,
    );
  }
  const seal = (secret: Buffer, sealed: Uint8Array | undefined): Uint8Array => {
    if (secret.length === 0) return secret;
    if (sealed?.length && holds(sealed, secret, serialNumber, keyEncryptionKey)) return sealed;
    return sealKey(secret, serialNumber, keyEncryptionKey);
  };
  return create(MeterKeysSetSchema, {
    serialNumber,
    sealedEncryptionKey: seal(Buffer.from(encryptionKey, 'hex'), present?.sealedEncryptionKey),
    sealedAuthenticationKey: seal(
      Buffer.from(authenticationKey ?? '', 'hex'),
      present?.sealedAuthenticationKey,
    ),
    sealedPassword: seal(Buffer.from(password ?? ''), present?.sealedPassword),
  });
}

function faultOf(name: string, key: string | null | undefined): Refusal<'KEY_INVALID'> | undefined {
  if (key === undefined || key === null || KEY.test(key)) return undefined;
  return refuse('KEY_INVALID', `${name} must be 32 hexadecimal digits; it has ${key.length} characters.`);
}

function holds(
  sealed: Uint8Array,
  secret: Buffer,
  serialNumber: string,
  keyEncryptionKey: Uint8Array,
): boolean {
  try {
    return secret.equals(openKey(sealed, serialNumber, keyEncryptionKey));
  } catch {
    // Sealed with a key-encryption key that has been replaced since: seal it anew.
    return false;
  }
}
