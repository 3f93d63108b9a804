import { DecodeError, isDecodeError } from '../decode-error.ts';
import { readCiphered } from '../dlms/ciphering.ts';
import { decrypt } from '../dlms/decryption.ts';

/** Authentication key that all Smarty meters share (Luxmetering, P1 specification 1.1.3, 3.2.5); the encryption key is the meter's own. */
const SMARTY_AUTHENTICATION_KEY = Uint8Array.from(Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex'));

export interface P1Keys {
  readonly encryptionKey?: Uint8Array;
  readonly authenticationKey?: Uint8Array;
}

export interface OpenedTelegram {
  readonly telegram: Uint8Array;
  readonly invocationCounter: number;
  readonly authenticated: boolean;
}

/**
 * The telegram in a general-glo-ciphering APDU (IEC 62056-5-3, 5.7.2), as meters of Luxembourg send it.
 * Errors: `P1_KEY_MISSING`, `P1_DECRYPTION_FAILED`, and those of {@link readCiphered} and {@link decrypt}.
 */
export function openTelegram(apdu: Uint8Array, keys: P1Keys, offset: number): OpenedTelegram | DecodeError {
  const ciphered = readCiphered(apdu);
  if (isDecodeError(ciphered)) return shifted(ciphered, offset);
  const { encryptionKey, authenticationKey = SMARTY_AUTHENTICATION_KEY } = keys;
  if (!encryptionKey) {
    return new DecodeError(
      'P1_KEY_MISSING',
      'This telegram is encrypted: give the key that the utility has for this meter.',
      offset,
    );
  }
  const opened = decrypt(ciphered, { encryptionKey, authenticationKey });
  if (isDecodeError(opened)) return shifted(opened, offset);
  const { apdu: telegram, authenticated } = opened;
  return { telegram, authenticated, invocationCounter: ciphered.invocationCounter };
}

function shifted({ code, message, offset }: DecodeError, by: number): DecodeError {
  return new DecodeError(
    code === 'DLMS_DECRYPTION_FAILED' ? 'P1_DECRYPTION_FAILED' : code,
    message,
    offset + by,
  );
}
