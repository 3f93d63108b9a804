import { sign, verify, type KeyObject } from 'node:crypto';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readLength, writeOctets } from './axdr.ts';

/** general-signing (IEC 62056-5-3, General-Signing, tag 0xDF): an APDU with the sender's ECDSA signature (suites 1, 2). */
export interface SignedApdu {
  readonly systemTitle: Uint8Array;
  readonly content: Uint8Array;
  /** r and s, 32 octets each on P-256 and 48 on P-384. */
  readonly signature: Uint8Array;
  /** transaction-id to content, as they stand on the wire. */
  readonly signed: Uint8Array;
  readonly signatureOffset: number;
}

export const GENERAL_SIGNING = 0xdf;

/** Errors: `DLMS_APDU_UNEXPECTED`, `DLMS_TRAILING_BYTES`, `FRAME_TRUNCATED`. */
export function readSigned(apdu: Uint8Array): SignedApdu | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    if (reader.u8() !== GENERAL_SIGNING) {
      reader.fail('DLMS_APDU_UNEXPECTED', 'This is no general-signing APDU.', 0);
    }
    reader.take(readLength(reader)); // transaction-id
    const systemTitle = reader.copy(readLength(reader));
    for (const _ of ['recipient-system-title', 'date-time', 'other-information'])
      reader.take(readLength(reader));
    const content = reader.copy(readLength(reader));
    const signed = apdu.subarray(1, reader.offset);
    const signatureOffset = reader.offset;
    const signature = reader.copy(readLength(reader));
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the signature: nothing may.`);
    }
    return { systemTitle, content, signature, signed, signatureOffset };
  });
}

/** Whether `publicKey` (P-256, or P-384) verifies the signature: ECDSA with SHA-256, or SHA-384. */
export function isSignatureOf(publicKey: KeyObject, { signed, signature }: SignedApdu): boolean {
  const octets = isP384(publicKey) ? 96 : 64;
  return (
    signature.length === octets &&
    verify(hashOf(publicKey), signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

export interface Signing {
  readonly privateKey: KeyObject;
  readonly systemTitle: Uint8Array;
  readonly recipientTitle: Uint8Array;
  readonly transactionId: Uint8Array;
}

export function encodeSigned(
  content: Uint8Array,
  { privateKey, systemTitle, recipientTitle, transactionId }: Signing,
): Uint8Array {
  const writer = new ByteWriter(content.length + 192).u8(GENERAL_SIGNING);
  writeOctets(writer, transactionId);
  writeOctets(writer, systemTitle);
  writeOctets(writer, recipientTitle);
  writeOctets(writer.u8(0).u8(0), content); // no date-time, no other-information
  const signed = writer.finish().subarray(1);
  writeOctets(writer, sign(hashOf(privateKey), signed, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  return writer.finish();
}

const isP384 = (key: KeyObject) => key.asymmetricKeyDetails?.namedCurve === 'secp384r1';
const hashOf = (key: KeyObject) => (isP384(key) ? 'sha384' : 'sha256');
