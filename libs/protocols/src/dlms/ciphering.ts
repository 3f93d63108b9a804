import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError } from '../decode-error.ts';
import { readLength, writeLength, writeOctets } from './axdr.ts';

/**
 * Ciphered APDUs (IEC 62056-5-3, 5.7.2; DLMS UA 1000-2, 9.2): AES-GCM with IV = system title ‖ invocation counter and
 * a tag of 12 octets. Suites 0 and 1 use keys of 16 octets, suite 2 of 32; the key's length decides.
 */
export interface Keys {
  /** Global unicast (or broadcast, or dedicated) encryption key, 16 or 32 octets. */
  readonly encryptionKey: Uint8Array;
  /** Authentication key, as long as the encryption key. Without it a tag cannot be verified, only removed. */
  readonly authenticationKey?: Uint8Array;
}

export interface CipheredApdu {
  readonly tag: number;
  /** 8 octets: three letters of the manufacturer and a number. Absent in service-specific ciphering. */
  readonly systemTitle?: Uint8Array;
  readonly security: SecurityControl;
  readonly invocationCounter: number;
  /** Ciphertext (or plain text when only authenticated), with the tag when authenticated. */
  readonly content: Uint8Array;
  /** Where `content` begins in the APDU. */
  readonly contentOffset: number;
}

export interface SecurityControl {
  readonly octet: number;
  readonly suite: number;
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  readonly broadcastKey: boolean;
  readonly compressed: boolean;
}

export interface Decrypted {
  readonly apdu: Uint8Array;
  /** Whether the tag was verified: false where the sender sent none, or no authentication key is known. */
  readonly authenticated: boolean;
}

export const GENERAL_GLO_CIPHERING = 0xdb;
export const GENERAL_DED_CIPHERING = 0xdc;

/** Global and dedicated service-specific ciphering: initiate, read/write, get, set, event, action and their answers. */
const serviceSpecific = new Set([
  0x21, 0x25, 0x26, 0x28, 0x2c, 0x2d, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4,
  0xd5, 0xd7,
]);

/** Plain APDU to its service-specific, globally ciphered form: initiate, GET, SET, event, ACTION and their answers. */
const gloTags: Readonly<Record<number, number>> = {
  0x01: 0x21, 0x08: 0x28, 0xc0: 0xc8, 0xc1: 0xc9, 0xc2: 0xca, 0xc3: 0xcb, 0xc4: 0xcc, 0xc5: 0xcd, 0xc7: 0xcf,
}; // prettier-ignore

/** The tag for {@link encryptService}; `undefined` where an APDU has no such form (use {@link encryptGeneralGlo}). */
export function gloTagOf(apduTag: number): number | undefined {
  return gloTags[apduTag];
}

export const TAG_OCTETS = 12;
const AUTHENTICATION_BIT = 0x10;
const ENCRYPTION_BIT = 0x20;

export function isCiphered(tag: number | undefined): boolean {
  return tag !== undefined && (isGeneralCiphering(tag) || serviceSpecific.has(tag));
}

const isGeneralCiphering = (tag: number) => tag === GENERAL_GLO_CIPHERING || tag === GENERAL_DED_CIPHERING;

/**
 * The head of a ciphered APDU, which can be read without a key: who sent it and how. Errors: `FRAME_TRUNCATED`,
 * `DLMS_NOT_CIPHERED`, `DLMS_TRAILING_BYTES`, `DLMS_SYSTEM_TITLE_INVALID`.
 */
export function readCiphered(apdu: Uint8Array): CipheredApdu | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const tag = reader.u8();
    if (!isCiphered(tag)) reader.fail('DLMS_NOT_CIPHERED', `An APDU with tag ${tag} is not ciphered.`, 0);
    const systemTitle = isGeneralCiphering(tag) ? readSystemTitle(reader) : undefined;
    const length = readLength(reader);
    if (length !== reader.remaining) {
      reader.fail(
        length > reader.remaining ? 'FRAME_TRUNCATED' : 'DLMS_TRAILING_BYTES',
        `The ciphered part is announced with ${length} octets, but ${reader.remaining} follow.`,
      );
    }
    const security = securityControl(reader.u8());
    const invocationCounter = reader.u32();
    const contentOffset = reader.offset;
    return { tag, systemTitle, security, invocationCounter, content: reader.rest(), contentOffset };
  });
}

function readSystemTitle(reader: ByteReader): Uint8Array | undefined {
  const length = readLength(reader);
  if (length !== 8 && length !== 0) {
    reader.fail(
      'DLMS_SYSTEM_TITLE_INVALID',
      `A system title has 8 octets, not ${length}.`,
      reader.offset - 1,
    );
  }
  return length === 0 ? undefined : reader.copy(length);
}

function securityControl(octet: number): SecurityControl {
  return {
    octet,
    suite: octet & 0x0f,
    authenticated: (octet & AUTHENTICATION_BIT) !== 0,
    encrypted: (octet & ENCRYPTION_BIT) !== 0,
    broadcastKey: (octet & 0x40) !== 0,
    compressed: (octet & 0x80) !== 0,
  };
}

/**
 * The APDU inside. `systemTitle` is needed where the APDU names none: the one that the association agreed on.
 * Errors: `DLMS_DECRYPTION_FAILED` (wrong key, or changed on the way), `DLMS_SYSTEM_TITLE_UNKNOWN`,
 * `DLMS_SECURITY_SUITE_UNSUPPORTED`, `DLMS_KEY_INVALID`, `DLMS_COMPRESSION_UNSUPPORTED`, `FRAME_TRUNCATED`.
 */
export function decrypt(
  ciphered: CipheredApdu,
  keys: Keys,
  systemTitle?: Uint8Array,
): Decrypted | DecodeError {
  const { security, content, contentOffset } = ciphered;
  const title = ciphered.systemTitle ?? systemTitle;
  const refused =
    checkSecurity(security, contentOffset) ?? checkKeys(keys) ?? checkTitle(title, contentOffset);
  if (refused) return refused;
  const tagOctets = security.authenticated ? TAG_OCTETS : 0;
  if (content.length <= tagOctets) {
    return new DecodeError('FRAME_TRUNCATED', 'The ciphered part holds no APDU.', contentOffset);
  }
  const iv = initializationVector(title!, ciphered.invocationCounter);
  const text = content.subarray(0, content.length - tagOctets);
  const tag = content.subarray(content.length - tagOctets);
  if (!security.authenticated) return { apdu: countered(iv, text, keys), authenticated: false };
  if (!keys.authenticationKey) {
    return {
      apdu: security.encrypted ? countered(iv, text, keys) : new Uint8Array(text),
      authenticated: false,
    };
  }
  const decipher = createDecipheriv(gcm(keys), keyObject(keys.encryptionKey), iv, {
    authTagLength: TAG_OCTETS,
  });
  decipher.setAuthTag(tag);
  const head = Buffer.concat([Uint8Array.of(security.octet), keys.authenticationKey]);
  try {
    if (security.encrypted) {
      decipher.setAAD(head);
      const apdu = decipher.update(text);
      decipher.final();
      return { apdu, authenticated: true };
    }
    decipher.setAAD(Buffer.concat([head, text])).final();
    return { apdu: new Uint8Array(text), authenticated: true };
  } catch {
    return new DecodeError(
      'DLMS_DECRYPTION_FAILED',
      'The authentication tag does not match: a wrong key, or a frame changed on the way.',
      contentOffset,
    );
  }
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

function checkKeys({ encryptionKey, authenticationKey }: Keys): DecodeError | undefined {
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

const gcm = (keys: Keys) => (keys.encryptionKey.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm');

/** A key as the library wants it: making one costs more than deciphering a push with it. Keys are not changed in place. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObject(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

function initializationVector(systemTitle: Uint8Array, invocationCounter: number): Uint8Array {
  return new ByteWriter(12).bytes(systemTitle).u32(invocationCounter).finish();
}

/** GCM without its tag is counter mode that begins at 2 (NIST SP 800-38D, 7.1). */
function countered(iv: Uint8Array, text: Uint8Array, keys: Keys): Uint8Array {
  const cipher = keys.encryptionKey.length === 32 ? 'aes-256-ctr' : 'aes-128-ctr';
  const counter = new ByteWriter(16).bytes(iv).u32(2).finish();
  return createDecipheriv(cipher, keyObject(keys.encryptionKey), counter).update(text);
}

export interface Sealing {
  readonly systemTitle: Uint8Array;
  /** Must never repeat under the same key. */
  readonly invocationCounter: number;
  readonly keys: Keys;
}

/** `apdu` in general-glo-ciphering, authenticated where an authentication key is given, and encrypted. */
export function encryptGeneralGlo(apdu: Uint8Array, sealing: Sealing): Uint8Array {
  const writer = new ByteWriter(apdu.length + 40).u8(GENERAL_GLO_CIPHERING);
  writeOctets(writer, sealing.systemTitle);
  writeSealed(writer, apdu, sealing);
  return writer.finish();
}

/** `apdu` in service-specific ciphering with its `tag`, e.g. 0xC8 glo-get-request, 0x21 glo-initiate-request. */
export function encryptService(tag: number, apdu: Uint8Array, sealing: Sealing): Uint8Array {
  const writer = new ByteWriter(apdu.length + 32).u8(tag);
  writeSealed(writer, apdu, sealing);
  return writer.finish();
}

function writeSealed(
  writer: ByteWriter,
  apdu: Uint8Array,
  { systemTitle, invocationCounter, keys }: Sealing,
): void {
  const suite = keys.encryptionKey.length === 32 ? 2 : 0;
  const control = suite | ENCRYPTION_BIT | (keys.authenticationKey ? AUTHENTICATION_BIT : 0);
  const cipher = createCipheriv(
    gcm(keys),
    keyObject(keys.encryptionKey),
    initializationVector(systemTitle, invocationCounter),
    {
      authTagLength: TAG_OCTETS,
    },
  );
  if (keys.authenticationKey) cipher.setAAD(Buffer.concat([Uint8Array.of(control), keys.authenticationKey]));
  const text = Buffer.concat([cipher.update(apdu), cipher.final()]);
  const tag = keys.authenticationKey ? cipher.getAuthTag() : new Uint8Array(0);
  writeLength(writer, 5 + text.length + tag.length);
  writer.u8(control).u32(invocationCounter).bytes(text).bytes(tag);
}
