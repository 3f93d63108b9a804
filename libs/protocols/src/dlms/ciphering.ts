import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, DecodeError } from '../decode-error.ts';
import { readLength } from './axdr.ts';
import type { KeyAgreement } from './key-agreement.ts';
import { contentKey, readKeyInfo, type KeyInfo } from './key-info.ts';

/**
 * Ciphered APDUs (IEC 62056-5-3, 5.7.2; DLMS UA 1000-2, 9.2): AES-GCM with IV = system title ‖ invocation counter and
 * a tag of 12 octets. Suites 0 and 1 use keys of 16 octets, suite 2 of 32; the key's length decides.
 */
export interface Keys {
  /** Global unicast (or broadcast, or dedicated) encryption key, 16 or 32 octets. */
  readonly encryptionKey: Uint8Array;
  /** Authentication key, as long as the encryption key. Without it a tag cannot be verified, only removed. */
  readonly authenticationKey?: Uint8Array;
  /** Of one association, where it agreed on one; the encryption key where absent. */
  readonly dedicatedKey?: Uint8Array;
  /** Global broadcast encryption key; the encryption key where absent. */
  readonly broadcastKey?: Uint8Array;
  /** Master key (KEK), which unwraps a key that comes with the APDU; the encryption key where absent. */
  readonly masterKey?: Uint8Array;
  /** For a key that both sides compute (suites 1 and 2). */
  readonly agreement?: KeyAgreement;
  /** Of the sender's signatures (general-signing), P-256 or P-384. */
  readonly signatureKey?: KeyObject;
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
  /** Of general-ciphering only. */
  readonly general?: GeneralHeader;
}

/** What general-ciphering says before the ciphered content. */
export interface GeneralHeader {
  readonly recipientTitle: Uint8Array;
  readonly transactionId: Uint8Array;
  /** transaction-id to other-information as they stand on the wire, which the tag covers. */
  readonly octets: Uint8Array;
  readonly keyInfo?: KeyInfo;
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
export const GENERAL_CIPHERING = 0xdd;

/**
 * Plain APDU to its service-specific, globally ciphered form: those of short names (initiate, read, write, their answers,
 * unconfirmed write, information report), then those of logical names (GET, SET, event, ACTION and their answers).
 */
const gloTags: Readonly<Record<number, number>> = {
  0x01: 0x21, 0x05: 0x25, 0x06: 0x26, 0x08: 0x28, 0x0c: 0x2c, 0x0d: 0x2d, 0x0e: 0x2e, 0x16: 0x36, 0x18: 0x38,
  0xc0: 0xc8, 0xc1: 0xc9, 0xc2: 0xca, 0xc3: 0xcb, 0xc4: 0xcc, 0xc5: 0xcd, 0xc7: 0xcf,
}; // prettier-ignore

/** The dedicated form is 8 above the global one for logical names, and 32 above for the others. */
const dedicatedTag = (gloTag: number) => gloTag + (gloTag >= 0xc8 ? 8 : 32);
const serviceSpecific = new Set(Object.values(gloTags).flatMap((tag) => [tag, dedicatedTag(tag)]));

/** The tag for `encryptService`; `undefined` where an APDU has no such form (use `encryptGeneralGlo`). */
export function gloTagOf(apduTag: number): number | undefined {
  return gloTags[apduTag];
}

/** The same under the dedicated key; an initiate-request, which brings that key, has none. */
export function dedTagOf(apduTag: number): number | undefined {
  const tag = apduTag === INITIATE_REQUEST_TAG ? undefined : gloTags[apduTag];
  return tag === undefined ? undefined : dedicatedTag(tag);
}

const INITIATE_REQUEST_TAG = 0x01;

const isDedicated = (tag: number) =>
  tag === GENERAL_DED_CIPHERING || (tag >= 0xd0 && tag <= 0xd7) || (tag >= 0x41 && tag <= 0x58);

export const TAG_OCTETS = 12;
export const AUTHENTICATION_BIT = 0x10;
export const ENCRYPTION_BIT = 0x20;

export function isCiphered(tag: number | undefined): boolean {
  return tag !== undefined && (isGeneralCiphering(tag) || serviceSpecific.has(tag));
}

const isGeneralCiphering = (tag: number) => tag >= GENERAL_GLO_CIPHERING && tag <= GENERAL_CIPHERING;

/**
 * The head of a ciphered APDU, which can be read without a key: who sent it and how. Errors: `FRAME_TRUNCATED`,
 * `DLMS_NOT_CIPHERED`, `DLMS_TRAILING_BYTES`, `DLMS_SYSTEM_TITLE_INVALID`.
 */
export function readCiphered(apdu: Uint8Array): CipheredApdu | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    const tag = reader.u8();
    if (!isCiphered(tag)) reader.fail('DLMS_NOT_CIPHERED', `An APDU with tag ${tag} is not ciphered.`, 0);
    const head = tag === GENERAL_CIPHERING ? readGeneralHeader(reader) : undefined;
    const systemTitle = head
      ? head.systemTitle
      : isGeneralCiphering(tag)
        ? readSystemTitle(reader)
        : undefined;
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
    const content = reader.rest();
    return { tag, systemTitle, security, invocationCounter, content, contentOffset, general: head?.general };
  });
}

/** General-Ciphering: transaction-id, both system titles, date-time, other-information, key-info. */
function readGeneralHeader(reader: ByteReader): { systemTitle?: Uint8Array; general: GeneralHeader } {
  const start = reader.offset;
  const transactionId = reader.copy(readLength(reader));
  const systemTitle = readSystemTitle(reader);
  const recipientTitle = reader.copy(readLength(reader));
  reader.take(readLength(reader)); // date-time
  reader.take(readLength(reader)); // other-information
  const octets = reader.bytes.subarray(start, reader.offset);
  const keyInfo = reader.u8() === 0 ? undefined : readKeyInfo(reader);
  return { systemTitle, general: { transactionId, recipientTitle, octets, keyInfo } };
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
  const decipher = createDecipheriv(gcm(key), keyObject(key), iv, { authTagLength: TAG_OCTETS });
  decipher.setAuthTag(content.subarray(content.length - tagOctets));
  const head = additionalData(security.octet, keys.authenticationKey, general?.octets);
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
      security.encrypted ? 'DLMS_DECRYPTION_FAILED' : 'DLMS_AUTHENTICATION_FAILED',
      'The authentication tag does not match: a wrong key, or a frame changed on the way.',
      contentOffset,
    );
  }
}

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

export function initializationVector(systemTitle: Uint8Array, invocationCounter: number): Uint8Array {
  const iv = new Uint8Array(12);
  iv.set(systemTitle);
  iv[8] = invocationCounter >>> 24;
  iv[9] = invocationCounter >>> 16;
  iv[10] = invocationCounter >>> 8;
  iv[11] = invocationCounter;
  return iv;
}

/** GCM without its tag is counter mode that begins at 2 (NIST SP 800-38D, 7.1). */
function countered(iv: Uint8Array, text: Uint8Array, key: Uint8Array): Uint8Array {
  const cipher = key.length === 32 ? 'aes-256-ctr' : 'aes-128-ctr';
  const counter = new ByteWriter(16).bytes(iv).u32(2).finish();
  return createDecipheriv(cipher, keyObject(key), counter).update(text);
}
