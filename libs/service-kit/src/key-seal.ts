import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/**
 * Seals a secret at rest with AES-256-GCM: nonce ‖ cipher text ‖ tag. `owner` (a meter's serial number) is
 * authenticated with it, so that a sealed key cannot be moved to another meter.
 */
export function sealKey(secret: Uint8Array, owner: string, keyEncryptionKey: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyEncryptionKey, nonce).setAAD(Buffer.from(owner));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link sealKey} sealed; throws where owner or key-encryption key are not the ones it was sealed with. */
export function openKey(sealed: Uint8Array, owner: string, keyEncryptionKey: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', keyEncryptionKey, sealed.subarray(0, NONCE));
  decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}
