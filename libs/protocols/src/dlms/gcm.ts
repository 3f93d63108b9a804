import { createSecretKey, type KeyObject } from 'node:crypto';

/** Octets of an authentication tag. */
export const TAG_OCTETS = 12;

/** What the tag covers besides the ciphered octets (DLMS UA 1000-2, 9.2.7.2.4.6). */
export function additionalData(
  control: number,
  authenticationKey: Uint8Array,
  generalHeader: Uint8Array = NO_OCTETS,
): Uint8Array {
  const data = new Uint8Array(1 + authenticationKey.length + generalHeader.length);
  data[0] = control;
  data.set(authenticationKey, 1);
  data.set(generalHeader, 1 + authenticationKey.length);
  return data;
}

const NO_OCTETS = new Uint8Array(0);

/** Of a key of 32 octets suite 2, else suites 0 and 1. */
export const gcm = (key: Uint8Array) => (key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm');

/** A key as the library wants it: making one costs more than deciphering a push with it. Keys are not changed in place. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

export function keyObject(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

/** System title and invocation counter, 12 octets. */
export function initializationVector(systemTitle: Uint8Array, invocationCounter: number): Uint8Array {
  const iv = new Uint8Array(12);
  iv.set(systemTitle);
  iv[8] = invocationCounter >>> 24;
  iv[9] = invocationCounter >>> 16;
  iv[10] = invocationCounter >>> 8;
  iv[11] = invocationCounter;
  return iv;
}
