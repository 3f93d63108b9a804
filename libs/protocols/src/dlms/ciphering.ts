import type { KeyObject } from 'node:crypto';
import { ByteReader } from '../byte-reader.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readLength } from './axdr.ts';
import { GENERAL_CIPHERING, isCiphered, isGeneralCiphering } from './ciphered-tags.ts';
import type { KeyAgreement } from './key-agreement.ts';
import { readKeyInfo, type KeyInfo } from './key-info.ts';

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

export const AUTHENTICATION_BIT = 0x10;
export const ENCRYPTION_BIT = 0x20;

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
