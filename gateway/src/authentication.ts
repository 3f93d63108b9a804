import { refuse, type Refusal } from '@metermesh/decider';
import { ROLES, type Role } from '@metermesh/service-kit';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

export interface IdentityProvider {
  /** As the tokens name it. */
  issuer: string;
  audience: string;
  /** Left out: as the issuer's discovery document says. */
  jwksUrl?: string;
}

/** Who asks, as their token says. */
export interface Caller {
  subject: string;
  roles: Role[];
  /** Of a token with the role customer only. */
  customerId?: string;
  /** The token holds until then. */
  expiresAt: Date;
}

export type AuthenticationCode =
  | 'UNAUTHENTICATED'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_INVALID'
  | 'TOKEN_AUDIENCE_WRONG'
  | 'TOKEN_ISSUER_WRONG'
  | 'IDENTITY_PROVIDER_UNAVAILABLE';

/** Signatures whose keys a provider can publish; a shared secret or none at all is never accepted. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const tokenPayload = z.object({
  sub: z.string().min(1),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  customer_id: z.string().min(1).optional(),
});

class ProviderUnavailable extends Error {}

/** Verifies bearer tokens (RFC 6750) against the key set of an OpenID Connect issuer, which is fetched once and kept. */
export class Authenticator {
  private readonly provider: IdentityProvider;
  private keySet: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  constructor(provider: IdentityProvider) {
    this.provider = provider;
  }

  /** @param authorization value of the HTTP header: `Bearer <token>` */
  async authenticate(authorization: string | undefined): Promise<Caller | Refusal<AuthenticationCode>> {
    const { issuer, audience } = this.provider;
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      return refuse(
        'UNAUTHENTICATED',
        `The request carries no bearer token. Send "Authorization: Bearer <token>" with a token of ${issuer}.`,
      );
    }
    try {
      const { payload } = await jwtVerify(token, this.keyOf, { issuer, audience, algorithms: ALGORITHMS });
      const { sub, exp, roles, customer_id } = tokenPayload.parse(payload);
      return {
        subject: sub,
        roles: ROLES.filter((role) => roles.includes(role)),
        customerId: roles.includes('customer') ? customer_id : undefined,
        expiresAt: new Date(exp * 1000),
      };
    } catch (error) {
      return this.refusalOf(error);
    }
  }

  /** Rejects where the issuer's key set is neither known nor to be had. */
  async assertKeysKnown(): Promise<void> {
    const keys = await this.keys();
    if (!keys.fresh) await keys.reload();
  }

  private readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await (
        await this.keys()
      )(header, token);
    } catch (error) {
      // What the token itself is at fault for stays as it is; all else is the provider not answering as it should.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new ProviderUnavailable(`No key set of ${this.provider.issuer}`, { cause: error });
    }
  };

  private keys() {
    this.keySet ??= this.jwksUrl().then(
      (url) => createRemoteJWKSet(url),
      (error: unknown) => {
        this.keySet = undefined;
        throw error;
      },
    );
    return this.keySet;
  }

  /** OpenID Connect Discovery 1.0, section 4. */
  private async jwksUrl(): Promise<URL> {
    const { issuer, jwksUrl } = this.provider;
    if (jwksUrl) return new URL(jwksUrl);
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`The discovery document of ${issuer} answers ${response.status}.`);
    const document = z.object({ issuer: z.string(), jwks_uri: z.url() }).parse(await response.json());
    if (document.issuer !== issuer)
      throw new Error(`${issuer} calls itself ${document.issuer}; set OIDC_ISSUER to that.`);
    return new URL(document.jwks_uri);
  }

  private refusalOf(error: unknown): Refusal<AuthenticationCode> {
    const { issuer, audience } = this.provider;
    if (error instanceof ProviderUnavailable) {
      return refuse(
        'IDENTITY_PROVIDER_UNAVAILABLE',
        `The keys of ${issuer} cannot be had now, so no token can be checked; try again.`,
      );
    }
    if (error instanceof errors.JWTExpired) {
      return refuse('TOKEN_EXPIRED', `The token has expired. Get a new one from ${issuer}.`);
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
      return refuse(
        'TOKEN_AUDIENCE_WRONG',
        `The token is not meant for this API. Ask ${issuer} for one with the audience "${audience}".`,
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
      return refuse('TOKEN_ISSUER_WRONG', `The token is of another issuer. Get one from ${issuer}.`);
    }
    if (error instanceof errors.JOSEError) {
      return refuse(
        'TOKEN_INVALID',
        `The token cannot be trusted (${error.message}). Get one from ${issuer} and send it unchanged.`,
      );
    }
    if (error instanceof z.ZodError) {
      return refuse(
        'TOKEN_INVALID',
        `The token lacks what is needed: ${z.prettifyError(error)}. Have ${issuer} put it there.`,
      );
    }
    throw error;
  }
}

/** HTTP status of a refused authentication (RFC 6750, section 3.1). */
export function authenticationStatus({ code }: Refusal<AuthenticationCode>): number {
  return code === 'IDENTITY_PROVIDER_UNAVAILABLE' ? 503 : 401;
}
