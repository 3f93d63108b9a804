import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyObject } from '../dlms/gcm.ts';

export const BLOCK = 16;

/** Whole blocks, no padding. */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  return createDecipheriv('aes-128-cbc', keyObject(key), iv).setAutoPadding(false).update(text);
}

/** Whole blocks, no padding. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-cbc', keyObject(key), iv).setAutoPadding(false).update(text);
}

/** Counter mode: the same in both directions. */
export function applyCtr(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-ctr', keyObject(key), iv).update(text);
}

/** AES-CMAC (RFC 4493), 16 octets. */
export function cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const isWhole = message.length > 0 && message.length % BLOCK === 0;
  const padded = new Uint8Array(Math.max(1, Math.ceil(message.length / BLOCK)) * BLOCK);
  padded.set(message);
  if (!isWhole) padded[message.length] = 0x80;
  const first = doubled(encryptCbc(key, new Uint8Array(BLOCK), new Uint8Array(BLOCK)));
  const subkey = isWhole ? first : doubled(first);
  for (let at = 0; at < BLOCK; at++) padded[padded.length - BLOCK + at]! ^= subkey[at]!;
  return encryptCbc(key, new Uint8Array(BLOCK), padded).subarray(-BLOCK);
}

/** Times x in GF(2^128), RFC 4493, 2.3. */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK);
  for (let at = 0; at < BLOCK; at++) result[at] = (block[at]! << 1) | ((block[at + 1] ?? 0) >> 7);
  if (block[0]! & 0x80) result[BLOCK - 1]! ^= 0x87;
  return result;
}
