import { createCipheriv } from 'node:crypto';
import { ByteWriter } from '../byte-writer.ts';
import { writeLength, writeOctets } from './axdr.ts';
import { GENERAL_CIPHERING, GENERAL_DED_CIPHERING, GENERAL_GLO_CIPHERING } from './ciphered-tags.ts';
import { AUTHENTICATION_BIT, ENCRYPTION_BIT, type Keys } from './ciphering.ts';
import { additionalData, gcm, initializationVector, keyObject, TAG_OCTETS } from './gcm.ts';
import { writeKeyInfo, type KeyInfo } from './key-info.ts';

/** How an APDU is ciphered: AES-GCM, authenticated where an authentication key is given, and encrypted. */
export interface Sealing {
  readonly systemTitle: Uint8Array;
  /** Must never repeat under the same key. */
  readonly invocationCounter: number;
  /** Sealed with `encryptionKey`, whatever the envelope says of it. */
  readonly keys: Keys;
  /** 0 for keys of 16 octets and 2 for keys of 32, unless given. */
  readonly suite?: number;
}

/** `apdu` in general-glo-ciphering. */
export function encryptGeneralGlo(apdu: Uint8Array, sealing: Sealing): Uint8Array {
  return encryptGeneral(GENERAL_GLO_CIPHERING, apdu, sealing);
}

/** `apdu` in general-ded-ciphering: `encryptionKey` is the dedicated key. */
export function encryptGeneralDed(apdu: Uint8Array, sealing: Sealing): Uint8Array {
  return encryptGeneral(GENERAL_DED_CIPHERING, apdu, sealing);
}

function encryptGeneral(tag: number, apdu: Uint8Array, sealing: Sealing): Uint8Array {
  const writer = new ByteWriter(apdu.length + 40).u8(tag);
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

export interface GeneralCiphering {
  readonly transactionId: Uint8Array;
  readonly recipientTitle: Uint8Array;
  readonly keyInfo?: KeyInfo;
}

/** `apdu` in general-ciphering; the key information has to lead the recipient to `encryptionKey`. */
export function encryptGeneralCiphering(
  apdu: Uint8Array,
  sealing: Sealing,
  { transactionId, recipientTitle, keyInfo }: GeneralCiphering,
): Uint8Array {
  const header = new ByteWriter(64);
  writeOctets(header, transactionId);
  writeOctets(header, sealing.systemTitle);
  writeOctets(header, recipientTitle);
  const octets = header.u8(0).u8(0).finish(); // no date-time, no other-information
  const writer = new ByteWriter(apdu.length + 160).u8(GENERAL_CIPHERING).bytes(octets);
  if (keyInfo) writeKeyInfo(writer.u8(1), keyInfo);
  else writer.u8(0);
  writeSealed(writer, apdu, sealing, octets);
  return writer.finish();
}

function writeSealed(
  writer: ByteWriter,
  apdu: Uint8Array,
  { systemTitle, invocationCounter, keys, suite }: Sealing,
  generalHeader?: Uint8Array,
): void {
  const { encryptionKey: key, authenticationKey } = keys;
  const suiteOfKey = suite ?? (key.length === 32 ? 2 : 0);
  const control = suiteOfKey | ENCRYPTION_BIT | (authenticationKey ? AUTHENTICATION_BIT : 0);
  const iv = initializationVector(systemTitle, invocationCounter);
  const cipher = createCipheriv(gcm(key), keyObject(key), iv, { authTagLength: TAG_OCTETS });
  if (authenticationKey) cipher.setAAD(additionalData(control, authenticationKey, generalHeader));
  const text = Buffer.concat([cipher.update(apdu), cipher.final()]);
  const tag = authenticationKey ? cipher.getAuthTag() : new Uint8Array(0);
  writeLength(writer, 5 + text.length + tag.length);
  writer.u8(control).u32(invocationCounter).bytes(text).bytes(tag);
}
