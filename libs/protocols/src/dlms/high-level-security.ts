import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthenticationMechanism } from './association.ts';
import { TAG_OCTETS } from './gcm.ts';
import { gmac } from './gmac.ts';
import type { MethodReference } from './service-request.ts';
import type { Sealing } from './sealing.ts';

/** What both sides of a high-level authentication know once challenges are exchanged (IEC 62056-5-3, 5.7.4). */
export interface Challenges {
  /** Whose challenge is answered: f(StoC) is the client's answer, f(CtoS) the server's. */
  readonly challenge: Uint8Array;
  /** The challenge of the side that answers. */
  readonly ownChallenge: Uint8Array;
  readonly ownTitle?: Uint8Array;
  readonly peerTitle?: Uint8Array;
}

/** The mechanisms of which both sides share a secret (3, 4, 6) or the global keys (5). */
export const sharedSecretMechanisms = ['high-md5', 'high-sha1', 'high-sha256'] as const;
export type SharedSecretMechanism = (typeof sharedSecretMechanisms)[number];

export const isSharedSecret = (mechanism: AuthenticationMechanism): mechanism is SharedSecretMechanism =>
  (sharedSecretMechanisms as readonly string[]).includes(mechanism);

/** reply_to_HLS_authentication of the current association (class 15, 0.0.40.0.0.255, method 1). */
export const replyToHls: MethodReference = { classId: 15, obis: '0.0.40.0.0.255', method: 1 };

const hashes = { 'high-md5': 'md5', 'high-sha1': 'sha1', 'high-sha256': 'sha256' } as const;

/** f(challenge) of mechanisms 3, 4 and 6: a hash over the challenge and the secret, and in 6 over both titles, too. */
export function hashAnswer(
  mechanism: SharedSecretMechanism,
  secret: Uint8Array,
  { challenge, ownChallenge, ownTitle, peerTitle }: Challenges,
): Uint8Array {
  const hash = createHash(hashes[mechanism]);
  const parts =
    mechanism === 'high-sha256'
      ? [secret, ownTitle ?? NOTHING, peerTitle ?? NOTHING, challenge, ownChallenge]
      : [challenge, secret];
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const NOTHING = new Uint8Array(0);

/** Whether `answer` is f(challenge) of mechanism 5 by the side whose title and keys these are. */
export function isGmacAnswer(
  answer: Uint8Array,
  challenge: Uint8Array,
  sealing: Omit<Sealing, 'invocationCounter'>,
): boolean {
  if (answer.length !== 5 + TAG_OCTETS) return false;
  const counter = new DataView(answer.buffer, answer.byteOffset).getUint32(1);
  const suite = answer[0]! & 0x0f;
  return isSame(answer, gmac(challenge, { ...sealing, suite, invocationCounter: counter }));
}

/** In a time that does not tell where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
