import { refuse, type Refusal } from '@metermesh/decider';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { z } from 'zod';

/** HTTP header in which the gateway hands a subgraph the claims of the one who asks. */
export const CLAIMS_HEADER = 'x-metermesh-claims';

const ALGORITHM = 'EdDSA';
const ISSUER = 'metermesh-gateway';
const AUDIENCE = 'metermesh-subgraphs';
const LIFETIME = '60s';

export const ROLES = ['customer', 'partner', 'operator', 'supervisor'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the gateway has verified it. */
export interface Claims {
  /** The OIDC subject. */
  subject: string;
  roles: Role[];
  /** The customer that the subject is; absent for staff and partners. */
  customerId?: string;
  /** Ties together everything that one request caused. */
  correlationId: string;
}

export type ClaimsRefusal = Refusal<'CLAIMS_MISSING' | 'CLAIMS_INVALID'>;
export type VerifyClaims = (token: string | undefined) => Promise<Claims | ClaimsRefusal>;

const claimsPayload = z.object({
  sub: z.string().min(1),
  roles: z.array(z.enum(ROLES)),
  customer_id: z.string().optional(),
  correlation_id: z.string().min(1),
});

/** Compact JWS (RFC 7515, EdDSA of RFC 8037) that subgraphs accept for 60 seconds. */
export async function signClaims(claims: Claims, key: JWK | CryptoKey): Promise<string> {
  const kid = 'kid' in key ? key.kid : undefined;
  return new SignJWT({
    roles: claims.roles,
    customer_id: claims.customerId,
    correlation_id: claims.correlationId,
  })
    .setProtectedHeader({ alg: ALGORITHM, ...(kid ? { kid } : {}) })
    .setSubject(claims.subject)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(key);
}

/**
 * A check of the claims header against the gateway's public keys. Several keys may be listed, so that a key can be
 * replaced while both are in use. Refuses with CLAIMS_MISSING, or CLAIMS_INVALID where the token is forged, expired,
 * meant for another audience, or names a role that does not exist.
 */
export function claimsVerifier(jwks: JSONWebKeySet): VerifyClaims {
  const keys = createLocalJWKSet(jwks);
  return async (token) => {
    if (!token) {
      return refuse(
        'CLAIMS_MISSING',
        `The request carries no ${CLAIMS_HEADER} header. Subgraphs answer only the gateway: send the request there.`,
      );
    }
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp'],
      });
      const { sub, roles, customer_id, correlation_id } = claimsPayload.parse(payload);
      return { subject: sub, roles, customerId: customer_id, correlationId: correlation_id };
    } catch (error) {
      if (error instanceof errors.JOSEError) return claimsInvalid(error.message);
      if (error instanceof z.ZodError) return claimsInvalid(z.prettifyError(error));
      throw error;
    }
  };
}

function claimsInvalid(why: string): ClaimsRefusal {
  return refuse(
    'CLAIMS_INVALID',
    `The ${CLAIMS_HEADER} header cannot be trusted (${why}). Send the request to the gateway, and check that this ` +
      `service knows the gateway's present public key.`,
  );
}

/** A new private signing key for the gateway (Ed25519), named by its thumbprint (RFC 7638). */
export async function generateClaimsKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/** The key set that subgraphs are given: the public half of the gateway's private key(s). */
export function publicClaimsKeys(...privateKeys: JWK[]): JSONWebKeySet {
  return { keys: privateKeys.map(({ d: _secret, ...shared }) => shared) };
}
