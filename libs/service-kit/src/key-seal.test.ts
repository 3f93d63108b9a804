import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openKey, sealKey } from './key-seal.ts';

describe('a sealed key', () => {
  const keyEncryptionKey = randomBytes(32);
  const secret = randomBytes(16);
  const sealed = sealKey(secret, 'MM1', keyEncryptionKey);

  it('opens for its owner with the same key-encryption key', () => {
    expect(Buffer.from(openKey(sealed, 'MM1', keyEncryptionKey))).toEqual(secret);
  });

  it('does not show the secret, and is sealed differently each time', () => {
    expect(Buffer.from(sealed).includes(secret)).toBe(false);
    expect(sealKey(secret, 'MM1', keyEncryptionKey)).not.toEqual(sealed);
  });

  it('opens neither for another meter, nor with another key, nor after a change', () => {
    expect(() => openKey(sealed, 'MM2', keyEncryptionKey)).toThrow();
    expect(() => openKey(sealed, 'MM1', randomBytes(32))).toThrow();
    const changed = Buffer.from(sealed);
    changed[14]! ^= 1;
    expect(() => openKey(changed, 'MM1', keyEncryptionKey)).toThrow();
  });
});
