import { fail } from '../decode-error.ts';
import type { MeterAddress } from './address.ts';
import { BLOCK, cmac, decryptCbc } from './cipher.ts';
import type { Authentication } from './fragmentation.ts';
import type { FindKey, Payload } from './payload.ts';
import type { TransportHeader } from './transport-layer.ts';

const NO_ENCRYPTION = 0;
const AES_CBC_IV = 5;
const AES_CBC_EPHEMERAL = 7;
const FILLER = 0x2f;
/** Derivation constants (EN 13757-7, 9.6.2): keys of the direction from the meter. */
export const ENCRYPTION_KEY = 0x00;
export const AUTHENTICATION_KEY = 0x01;
const KDF_SELECTED = 1;

const modeNames: Readonly<Record<number, string>> = {
  1: 'of the manufacturer',
  2: 'DES-CBC, withdrawn',
  3: 'DES-CBC, withdrawn',
  4: 'AES-CBC with a zero vector, withdrawn',
  8: 'AES-CTR with CMAC',
  9: 'AES-GCM',
  10: 'AES-CCM',
  13: 'TLS',
};

export interface Opened {
  readonly payload: Payload;
  /** The receiver had decrypted it before it came here. */
  readonly alreadyPlain: boolean;
}

/**
 * Takes the encryption of the transport layer off: security mode 0, 5 (AES-128-CBC, vector of address and access
 * number) and 7 (AES-128-CBC, zero vector, key derived from the message counter), EN 13757-7, 9.
 * Errors: `MBUS_KEY_MISSING`, `MBUS_DECRYPTION_FAILED`, `MBUS_SECURITY_MODE_UNSUPPORTED`, `MBUS_COUNTER_MISSING`.
 */
export function openTransport(
  header: TransportHeader,
  address: MeterAddress | undefined,
  authentication: Authentication | undefined,
  findKey: FindKey,
): Opened {
  const { payload, securityMode } = header;
  const { bytes, at, end } = payload;
  if (securityMode === NO_ENCRYPTION) return { payload, alreadyPlain: false };
  if (securityMode !== AES_CBC_IV && securityMode !== AES_CBC_EPHEMERAL) {
    const name = modeNames[securityMode] ?? 'reserved, or of the manufacturer';
    fail(
      'MBUS_SECURITY_MODE_UNSUPPORTED',
      `Security mode ${securityMode} (${name}) cannot be opened: 0, 5 and 7 can.`,
      at,
    );
  }
  const size = ((header.configuration >> 4) & 0x0f) * BLOCK;
  if (size === 0) return { payload, alreadyPlain: false };
  if (at + size > end) {
    fail('FRAME_TRUNCATED', `${size} encrypted octets are announced, ${end - at} are left.`, end);
  }
  const isPlain = isFilled(bytes, at);
  if (!address) fail('MBUS_ADDRESS_MISSING', 'Without an address nothing can be decrypted.', at);
  const key = isPlain ? undefined : findKey(address, at);
  if (!key) return { payload, alreadyPlain: true };
  const text =
    securityMode === AES_CBC_IV
      ? decryptCbc(key, initialVector(address, header.accessNumber!), bytes.subarray(at, at + size))
      : decryptCbc(
          ephemeral(header, key, ENCRYPTION_KEY, address, authentication),
          new Uint8Array(BLOCK),
          bytes.subarray(at, at + size),
        );
  if (!isFilled(text, 0)) {
    fail(
      'MBUS_DECRYPTION_FAILED',
      'The decrypted octets do not begin with 2F2Fh: most likely the key is of another meter.',
      at,
    );
  }
  const opened = new Uint8Array(bytes);
  opened.set(text, at);
  return { payload: { bytes: opened, at, end }, alreadyPlain: false };
}

const isFilled = (bytes: Uint8Array, at: number) => bytes[at] === FILLER && bytes[at + 1] === FILLER;

/** Address, then eight times the access number (EN 13757-7, 9.4.4). */
export function initialVector(address: MeterAddress, accessNumber: number): Uint8Array {
  const iv = new Uint8Array(BLOCK).fill(accessNumber);
  iv.set(address.octets);
  return iv;
}

function ephemeral(
  header: TransportHeader,
  key: Uint8Array,
  purpose: number,
  address: MeterAddress,
  authentication: Authentication | undefined,
): Uint8Array {
  if (((header.extension! >> 4) & 0x03) !== KDF_SELECTED) return key;
  if (!authentication?.counter) {
    fail(
      'MBUS_COUNTER_MISSING',
      'Mode 7 derives its key from a message counter, which the frame lacks.',
      header.payload.at,
    );
  }
  return derivedKey(key, purpose, authentication.counter, address);
}

/** KDF-A (EN 13757-7, 9.6.2): CMAC over purpose, message counter, identification and seven times 07h. */
export function derivedKey(
  key: Uint8Array,
  purpose: number,
  counter: Uint8Array,
  address: MeterAddress,
): Uint8Array {
  const input = new Uint8Array(BLOCK).fill(0x07);
  input[0] = purpose;
  input.set(counter, 1);
  input.set(address.octets.subarray(2, 6), 5);
  return cmac(key, input);
}

/**
 * Whether the code of the authentication layer fits: CMAC over message control, counter, length and everything from
 * the transport layer's CI field on, as it was sent (EN 13757-7, 6.3.6).
 */
export function isAuthentic(
  { control, counter, lengthOctets, mac }: Authentication,
  message: Uint8Array,
  key: Uint8Array,
  address: MeterAddress,
): boolean {
  if (control === undefined || !counter || !mac) return false;
  const parts = [Uint8Array.of(control), counter, lengthOctets ?? new Uint8Array(0), message];
  const derived = derivedKey(key, AUTHENTICATION_KEY, counter, address);
  const code = cmac(derived, Buffer.concat(parts));
  return mac.every((octet, at) => octet === code[at]);
}
