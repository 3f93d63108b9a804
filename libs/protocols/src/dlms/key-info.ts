import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { fail, isDecodeError } from '../decode-error.ts';
import { readLength, writeOctets } from './axdr.ts';
import type { Keys } from './ciphering.ts';
import { agreedKey } from './key-agreement.ts';

/** How the recipient of general-ciphering comes to the key (IEC 62056-5-3, Key-Info). */
export type KeyInfo =
  /** 0 the global unicast, 1 the global broadcast encryption key */
  | { readonly type: 'identified'; readonly keyId: number }
  /** The key, wrapped (RFC 3394) with the key-encrypting key `kekId`: 0 the master key. */
  | { readonly type: 'wrapped'; readonly kekId: number; readonly wrappedKey: Uint8Array }
  /** Both sides compute it: 1 C(1e, 1s) with the sender's ephemeral public key, 2 C(0e, 2s) without. */
  | { readonly type: 'agreed'; readonly scheme: number; readonly data: Uint8Array };

const IDENTIFIED = 0;
const WRAPPED = 1;
const AGREED = 2;
const BROADCAST = 1;

/** A choice with an octet for its tag. Fails with `DLMS_KEY_INFO_INVALID`. */
export function readKeyInfo(reader: ByteReader): KeyInfo {
  const choice = reader.u8() & 0x1f;
  if (choice === IDENTIFIED) return { type: 'identified', keyId: reader.u8() };
  if (choice === WRAPPED) {
    return { type: 'wrapped', kekId: reader.u8(), wrappedKey: reader.copy(readLength(reader)) };
  }
  if (choice !== AGREED) {
    reader.fail(
      'DLMS_KEY_INFO_INVALID',
      'The key is neither identified, wrapped nor agreed.',
      reader.offset - 1,
    );
  }
  const parameters = reader.take(readLength(reader));
  return { type: 'agreed', scheme: parameters[0] ?? 0, data: reader.copy(readLength(reader)) };
}

export function writeKeyInfo(writer: ByteWriter, info: KeyInfo): void {
  if (info.type === 'identified') writer.u8(IDENTIFIED).u8(info.keyId);
  else if (info.type === 'wrapped') writeOctets(writer.u8(WRAPPED).u8(info.kekId), info.wrappedKey);
  else {
    writeOctets(writer.u8(AGREED), Uint8Array.of(info.scheme));
    writeOctets(writer, info.data);
  }
}

/** Who speaks to whom, which an agreed key depends on. */
export interface Parties {
  readonly originator: Uint8Array;
  readonly recipientTitle: Uint8Array;
  readonly transactionId: Uint8Array;
}

/** The key of the content. Fails with `DLMS_KEY_MISSING`, `DLMS_KEY_UNWRAP_FAILED`, `DLMS_KEY_INFO_INVALID`. */
export function contentKey(info: KeyInfo, keys: Keys, parties: Parties, offset: number): Uint8Array {
  if (info.type === 'identified') {
    return info.keyId === BROADCAST ? (keys.broadcastKey ?? keys.encryptionKey) : keys.encryptionKey;
  }
  if (info.type === 'wrapped') {
    const key = unwrapKey(info.wrappedKey, keys.masterKey ?? keys.encryptionKey);
    const message = 'The wrapped key does not open: a wrong master key, or a frame changed on the way.';
    return key ?? fail('DLMS_KEY_UNWRAP_FAILED', message, offset);
  }
  if (!keys.agreement) {
    fail('DLMS_KEY_MISSING', 'The key is agreed (suite 1 or 2): give the private key of this side.', offset);
  }
  const key = agreedKey(
    info.scheme,
    info.data,
    keys.agreement,
    parties,
    keys.authenticationKey?.length ?? 16,
  );
  return isDecodeError(key) ? fail(key.code, key.message, offset) : key;
}

const INITIAL_VALUE = Buffer.alloc(8, 0xa6);
const wrapCipher = (kek: Uint8Array) => (kek.length === 32 ? 'id-aes256-wrap' : 'id-aes128-wrap');

/** AES key wrap (RFC 3394). Throws where a key has no length of AES. */
export function wrapKey(key: Uint8Array, kek: Uint8Array): Uint8Array {
  const cipher = createCipheriv(wrapCipher(kek), kek, INITIAL_VALUE);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** `undefined` where the key does not fit. */
export function unwrapKey(wrapped: Uint8Array, kek: Uint8Array): Uint8Array | undefined {
  try {
    const decipher = createDecipheriv(wrapCipher(kek), kek, INITIAL_VALUE);
    return new Uint8Array(Buffer.concat([decipher.update(wrapped), decipher.final()]));
  } catch {
    return undefined;
  }
}
