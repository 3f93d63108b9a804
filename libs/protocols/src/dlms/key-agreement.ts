import { createHash, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { DecodeError } from '../decode-error.ts';
import type { Parties } from './key-info.ts';

/** What this side needs to compute an agreed key (suites 1 and 2; NIST SP 800-56A, DLMS UA 1000-2, 9.2.3.4.6). */
export interface KeyAgreement {
  /** Static key-agreement key of this side, P-256 (suite 1) or P-384 (suite 2). */
  readonly privateKey: KeyObject;
  /** Static key-agreement key of the other side, for the scheme without an ephemeral key. */
  readonly peerKey?: KeyObject;
}

/** One-pass Diffie-Hellman C(1e, 1s, ECC CDH) and static unified C(0e, 2s, ECC CDH). */
const ONE_PASS = 1;
const STATIC = 2;

/** AlgorithmID of the derived key: AES-GCM-128 or -256 (2.16.756.5.8.3.0 and .1). */
const algorithmId = (octets: number) =>
  Uint8Array.of(0x60, 0x85, 0x74, 0x05, 0x08, 0x03, octets === 32 ? 1 : 0);

/**
 * The key that the recipient computes. `data` is the sender's ephemeral public key (x and y) and its signature, or empty.
 * Errors: `DLMS_KEY_INFO_INVALID`, `DLMS_KEY_MISSING`.
 */
export function agreedKey(
  scheme: number,
  data: Uint8Array,
  { privateKey, peerKey }: KeyAgreement,
  parties: Parties,
  keyOctets: number,
): Uint8Array | DecodeError {
  if (scheme !== ONE_PASS && scheme !== STATIC) {
    return new DecodeError('DLMS_KEY_INFO_INVALID', `There is no key agreement scheme ${scheme}: 1 or 2.`, 0);
  }
  const publicKey = scheme === ONE_PASS ? publicKeyOf(data, privateKey) : peerKey;
  if (!publicKey) {
    return scheme === ONE_PASS
      ? new DecodeError('DLMS_KEY_INFO_INVALID', 'The ephemeral public key is no point of the curve.', 0)
      : new DecodeError('DLMS_KEY_MISSING', 'The key is agreed of static keys: give that of the sender.', 0);
  }
  return deriveKey(privateKey, publicKey, parties, scheme === STATIC, keyOctets);
}

/** Either side's: the shared secret of both keys through the concatenation KDF. */
export function deriveKey(
  privateKey: KeyObject,
  publicKey: KeyObject,
  { originator, recipientTitle, transactionId }: Parties,
  isStatic: boolean,
  keyOctets: number,
): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey });
  const partyU = isStatic
    ? Buffer.concat([originator, Uint8Array.of(transactionId.length), transactionId])
    : originator;
  return createHash(secret.length > 32 ? 'sha384' : 'sha256')
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(secret)
    .update(algorithmId(keyOctets))
    .update(partyU)
    .update(recipientTitle)
    .digest()
    .subarray(0, keyOctets);
}

/** `undefined` where the octets are no point of the curve of `ownKey`. */
function publicKeyOf(point: Uint8Array, ownKey: KeyObject): KeyObject | undefined {
  const isP384 = ownKey.asymmetricKeyDetails?.namedCurve === 'secp384r1';
  const octets = isP384 ? 48 : 32;
  const coordinate = (at: number) => Buffer.from(point.subarray(at, at + octets)).toString('base64url');
  try {
    const jwk = { kty: 'EC', crv: isP384 ? 'P-384' : 'P-256', x: coordinate(0), y: coordinate(octets) };
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}
