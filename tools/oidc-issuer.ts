import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

export interface OidcIssuerOptions {
  /** 0: any free port. */
  port: number;
  host: string;
  /** Keeps the signing key, so that tokens outlive a restart. */
  dataDirectory: string;
}

export interface TokenRequest {
  subject: string;
  roles: readonly string[];
  customerId?: string;
  /** Seconds, or a span such as `12h`. */
  expiresIn?: number | string;
  audience?: string;
}

export interface OidcIssuer {
  issuer: string;
  issueToken(request: TokenRequest): Promise<string>;
  stop(): Promise<void>;
}

const ALGORITHM = 'ES256';

/**
 * An OpenID Connect issuer for development: it answers discovery (OpenID Connect Discovery 1.0, section 4) and its key
 * set, and gives whoever holds this object the token they ask for. It knows no users and no passwords, so it must never
 * stand before a real utility: there the gateway's OIDC_ISSUER is the utility's own identity provider.
 */
export async function startOidcIssuer({ port, host, dataDirectory }: OidcIssuerOptions): Promise<OidcIssuer> {
  const key = await persistentKey(join(dataDirectory, 'oidc-key.json'));
  const { d: _secret, ...publicKey } = key;

  const server = createServer((request, response) => {
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(document ?? { error: 'not_found' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const documents: Record<string, unknown> = {
    '/.well-known/openid-configuration': {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
    },
    '/jwks': { keys: [publicKey] },
  };

  return {
    issuer,
    issueToken: ({ subject, roles, customerId, expiresIn = '1h', audience = 'metermesh' }) =>
      new SignJWT({ roles, customer_id: customerId })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.kid! })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(
          typeof expiresIn === 'number' ? Math.floor(Date.now() / 1000) + expiresIn : expiresIn,
        )
        .sign(key),
    async stop() {
      server.closeAllConnections();
      await promisify(server.close.bind(server))();
    },
  };
}

async function persistentKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return key;
}
